"""The ways in: files of every kind, options of every command, variants, results, and calls from Python.

A way makes one case from random numbers and says what came of it.
"""

from __future__ import annotations

import functools
import json
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fuzz.judge import Outcome, commanded, judged
from fuzz.mutations import NO_NAMES, NO_NUMBERS, emptied, of_bytes, of_document, of_text, with_no_name

Way = Callable[[random.Random, Path], Outcome]
ROOT = Path(__file__).resolve().parent.parent

#: Numbers of which none can be a count, a size, a share or a scale.
TOO_MUCH = ("-1", "-1000000", "1000000000", "99999999999999", "1e300", "-0.5", "100000000000000000000000")
#: What may stand where any text may; some of it is right.
ANY_TEXT = (
    *NO_NUMBERS, *TOO_MUCH, "0", "1", "0.01", "", " ", "cut-3bn", "headline", "2026-W10", "2024-W01",
    "Hjørring",
    "Århus", "0101", "all", "da", "en", "json", "/dev/null", "/", "..", "~", "a" * 5000, "x,y", "a=b",
    "a=", "=b",
    "mean_duration", "stock:dagpenge", "a+b", "+", "cut:2bn", "cut:2bn@0000", "[", "%s%n", "\t", "é\u0301",
    "'; rm",
)  # fmt: skip
_BUDGET = """\
municipality: Hjørring
year: 2026
staff_full_time: 120
spending_kr:
  6.45.53: 78000000
  5.57.73: 210000000
caseloads:
  sygedagpenge: 950
tax_base_kr_per_inhabitant: 185000
country_tax_base_kr_per_inhabitant: 215000
"""
_EXTRACT = """\
code;month;measure;unit;value
0;2024-01;gross_unemployed;full-time persons;87654,5
101;2024-01;gross_unemployed;full-time persons;12.345,5
851;2024-01;gross_unemployment_rate;percent of labour force;3,1
860;2024-02;gross_unemployed;full-time persons;..
"""
_STOCKS = """\
code;month;measure;unit;value
0;2024-01;dagpenge_all;full-time persons;66123,5
0;2024-01;sygedagpenge;full-time persons;62000
101;2024-01;dagpenge_all;full-time persons;12.345,5
0;2024-01;kontanthjaelp_all;full-time persons;63000
"""
_RAW = """\
Område;Periode;Antal fuldtidspersoner
Hele landet;2024M01;80.123
København;2024M01;9.876
Læsø;2024M01;..
Randers;2024M02;1.500
"""
_SPECS = (
    "cut:2.5bn@2026-2030", "a-kasse-contact:6m", "refund:80/50/20/0@2027",
    "interviews:every-4-weeks-for-kontanthjaelp",
    "caseload:35-in-Aalborg", "digital:60%", "roll-out:fewer-target-groups-in-Aarhus,Odense",
    "mass-layoff:800-in-Lolland@2026-W10", "mass-layoff:80-in-Lolland@2026-W10+rapid-response:80%",
    "headline",
    "cut-3bn+no-focus-targets",
)  # fmt: skip
_SETTINGS = ("refund.state_share[weeks_1_4]=0.6", "ordinary_hours.earnings_kept_share=0.5")


def _texts(folder: str, *, beginning: int = 0) -> list[str]:
    return [each.read_text("utf-8") for each in sorted((ROOT / folder).glob("*.yaml"))[beginning:]]


@functools.cache
def _good() -> Mapping[str, list[str]]:
    """Return good files by kind."""
    parameters = [
        each.read_text("utf-8")
        for folder in ("law", "evidence", "assumption")
        for each in sorted((ROOT / "sim" / "parameters" / folder).rglob("*.yaml"))
    ]
    return {
        "reform": _texts("reforms/catalogue"),
        "trial": _texts("calibration/trials"),
        "parameter": [each for each in parameters if len(each) < 20_000],
    }


def _mutated(good: str, rng: random.Random) -> tuple[str, str]:
    """Return a file, and the place in it of what cannot be meant (empty if it was changed anywhere)."""
    if rng.random() < 0.5:
        return of_text(good, rng), ""
    text, place = rng.choice((of_document, of_document, with_no_name, emptied))(good, rng)
    return text, "" if _may_be_text(place) else place


def _may_be_text(place: str) -> bool:
    """Whether a number in this place is one that is only shown, and so may be any text."""
    return bool({"source", "published", "note"} & set(place.split("/")))


def _file_way(kind: str, read: Callable[[Path], object]) -> Way:
    def way(rng: random.Random, folder: Path) -> Outcome:
        text, place = _mutated(rng.choice(_good()[kind]), rng)
        path = folder / f"{kind}.yaml"
        path.write_text(text, "utf-8", newline="", errors="surrogatepass")
        return judged(lambda: read(path), where=path.name, must_refuse=bool(place))

    return way


def _read_reform(path: Path) -> None:
    from reforms.load import load

    load(path)


def _read_trial(path: Path) -> None:
    from calibration.experiments.library import load

    load(path)


def _read_parameters(path: Path) -> None:
    from sim.parameters.loading import _read

    _read(path.parent)


def _parameters(rng: random.Random, folder: Path) -> Outcome:
    inside = folder / "parameters"
    inside.mkdir(exist_ok=True)
    return _file_way("parameter", _read_parameters)(rng, inside)


def reform_agrees(rng: random.Random, folder: Path) -> Outcome:
    """Hold what ``reforms check`` says of a reform against what a comparison of it says."""
    path = folder / "agrees.yaml"
    text, _ = _mutated(rng.choice(_good()["reform"]), rng)
    path.write_text(text, "utf-8", newline="", errors="surrogatepass")
    checked = commanded(["reforms", "check", str(path), "--from", "2024-W01", "--to", "2030-W52"])
    out = folder / "out"
    compared = commanded(
        ["compare", "--reform", str(path), "--scale", "0.001", "--executor", "here", "--out", str(out)]
    )
    if checked.found or compared.found:
        return checked if checked.found else compared
    if checked.what != compared.what:
        return Outcome("silent", f"check: {checked}; compare: {compared}; {text[:3000]!r}")
    return compared


def bytes_of_a_file(rng: random.Random, folder: Path) -> Outcome:
    """Read any bytes as a reform."""
    path = folder / "bytes.yaml"
    path.write_bytes(of_bytes(rng.choice(_good()["reform"]).encode(), rng))
    return judged(lambda: _read_reform(path), where=path.name)


def extract(rng: random.Random, folder: Path) -> Outcome:
    """Read a changed extract or raw table."""
    from sim.data_in.files import read_file

    path = folder / rng.choice(("e.csv", "y01a02.csv", "AUP02.csv"))
    good = rng.choice((_EXTRACT, _RAW))
    content = of_text(good, rng).encode("utf-8", "surrogatepass")
    path.write_bytes(of_bytes(content, rng) if rng.random() < 0.3 else content)
    return judged(lambda: read_file(path), where=path.name)


def extract_number(rng: random.Random, folder: Path) -> Outcome:
    """Read an extract with a number that is none."""
    from sim.data_in.files import read_file

    bad = [each for each in NO_NUMBERS if each not in ("1,5", "0,1", "1.000,5", "1 000", '"5"', "~")]
    path = folder / "number.csv"
    path.write_text(_EXTRACT.replace("87654,5", rng.choice(bad)), "utf-8")
    return judged(lambda: read_file(path), where=path.name, must_refuse=True)


def data_folder(rng: random.Random, folder: Path) -> Outcome:
    """Begin a run from a folder with a changed extract."""
    inside = folder / "figures"
    inside.mkdir(exist_ok=True)
    (inside / "e.csv").write_bytes(of_text(_STOCKS, rng).encode("utf-8", "surrogatepass"))
    out = str(folder / "out")
    return commanded(["run", "--data", str(inside), "--scale", "0.001", "--executor", "here", "--out", out])


def budget(rng: random.Random, folder: Path) -> Outcome:
    """Read a changed budget of a municipality."""
    from reforms.accounts import read_budget

    text, place = _mutated(_BUDGET, rng)
    path = folder / "budget.yaml"
    path.write_text(text, "utf-8", newline="", errors="surrogatepass")
    return judged(lambda: read_budget(path), where=path.name, must_refuse=bool(place))


def variant(rng: random.Random, folder: Path) -> Outcome:
    """Load a changed variant, or a changed setting."""
    from reforms.load import load
    from sim.runs.settings import parse_settings

    if rng.random() < 0.3:
        text = of_text(rng.choice(_SETTINGS), rng)
        return judged(lambda: parse_settings([text]))
    text = of_text(rng.choice(_SPECS), rng)
    return judged(lambda: load(text))


def setting_number(rng: random.Random, folder: Path) -> Outcome:
    """Set a parameter to what is no number."""
    from sim.runs.settings import parse_settings

    name = rng.choice(_SETTINGS).partition("=")[0]
    return judged(lambda: parse_settings([f"{name}={rng.choice(NO_NUMBERS)}"]), must_refuse=True)


def place(rng: random.Random, folder: Path) -> Outcome:
    """Name a municipality that there is not."""
    from sim.data import municipality_code

    return judged(lambda: municipality_code(rng.choice((*NO_NAMES, *NO_NUMBERS))), must_refuse=True)


@functools.cache
def commands() -> list[tuple[list[str], list[Any]]]:
    """Return the words of each command and its parameters."""
    import typer.main

    from jobvej.cli.app import app

    found: list[tuple[list[str], list[Any]]] = []

    def walk(command: Any, words: list[str]) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, [*words, name])
        if not hasattr(command, "commands"):
            found.append((words, command.params))

    walk(typer.main.get_command(app), [])
    return [each for each in found if each[0] != ["levels"]]


#: Right values of what a command cannot do without.
_RIGHT = {
    "reform": "cut-3bn", "measure": "mean_duration", "name": "lost-meeting", "first": "cut-3bn",
    "second": "headline",
    "words": "refund",
}  # fmt: skip
_RIGHT_OF = {
    ("params", "name"): "refund.state_share", ("reforms", "name"): "cut-3bn",
    ("frontier", "reform"): "process-rules-removed", ("invest", "municipality"): "Hjørring",
    ("invest", "what"): "caseworkers+10", ("design", "saving"): "2.7bn", ("design", "points"): "16",
    ("municipality", "municipality"): "Hjørring", ("municipality", "reform"): "refund-change",
    ("beliefs", "name"): "makro",
    ("lives", "reform"): "refund-change", ("lives", "scale"): "0.001", ("worth", "draws"): "2",
}  # fmt: skip
#: Given unless they are asked for.
_ALWAYS = ("reform", "scale", "executor", "points", "municipality", "what", "draws")
_SMALL = {"scale": "0.001", "executor": "here", "points": "8"}


def option(rng: random.Random, folder: Path) -> Outcome:
    """Give a command one or two options of any text."""
    words, parameters = rng.choice(commands())
    chosen = {each.name for each in rng.sample(parameters, min(len(parameters), rng.choice((1, 1, 2))))}
    return asked_of(words, parameters, {each: rng.choice(ANY_TEXT) for each in chosen}, folder)


def option_number(rng: random.Random, folder: Path) -> Outcome:
    """Give a command a number that is none, or of a size that cannot be meant."""
    with_numbers = [
        (words, parameters, [each for each in parameters if each.metavar in ("INTEGER", "FLOAT")])
        for words, parameters in commands()
    ]
    words, parameters, numbers = rng.choice([each for each in with_numbers if each[2]])
    one = rng.choice(numbers)
    too_much = () if one.name == "seed" else TOO_MUCH
    return asked_of(
        words, parameters, {one.name: rng.choice((*NO_NUMBERS, *too_much))}, folder, must_refuse=True
    )


def asked_of(
    words: list[str], parameters: list[Any], asked: dict[str, str], folder: Path, *, must_refuse: bool = False
) -> Outcome:
    """Give a command what is asked, and what it cannot do without."""
    folders = {each: value for each, value in asked.items() if each in ("out", "to", "folder")}
    asked |= {each: value.replace("/", "_").replace("..", "_") for each, value in folders.items()}
    given: list[str] = []
    behind: list[str] = []
    for each in parameters:
        value = asked.get(each.name)
        if value is None and each.name == "out":
            value = str(folder / "out")
        if value is None and (each.required or each.name in _ALWAYS):
            value = _right(words, each.name, folder)
        if value is None:
            continue
        if each.param_type_name == "argument":
            behind.append(value)
        elif each.is_flag or each.name in ("help", "version"):
            given.append(each.opts[0])
        else:
            given += [each.opts[-1] if each.name != "reform" else "--reform", value]
    if words[-1] in ("new",):
        given += ["--in", str(folder)]
    if "help" in given:
        return Outcome("taken")
    return commanded([*words, *given, *(["--"] if behind else []), *behind], must_refuse=must_refuse)


def _right(words: list[str], name: str, folder: Path) -> str | None:
    if name == "folder":
        return str(good_results())
    if name == "files":
        if words[0] == "reforms":
            return "cut-3bn"
        path = folder / "y01a02.csv"
        path.write_text(_RAW, "utf-8")
        return str(path)
    if (words[0], name) in _RIGHT_OF:
        return _RIGHT_OF[words[0], name]
    if name == "reform" and words[0] in ("accounts", "run", "chain"):
        return None
    if name in ("municipality", "what"):
        return None
    if name in _SMALL and words[0] in ("explore", "calibrate") and name != "scale":
        return None
    return _RIGHT.get(name, _SMALL.get(name))


_RESULTS: dict[str, Path] = {}


def make_results(folder: Path) -> Path:
    """Make a small comparison, the good results that are changed; a quarter of a minute."""
    import jobvej

    out = folder / "good"
    jobvej.compare(
        "refund-change", start="2026-W50", end="2027-W05", scale=0.001, replicates=4, quiet=True, out=out
    )
    _RESULTS["good"] = out
    return out


def good_results() -> Path:
    """Return the results that :func:`make_results` made."""
    return _RESULTS["good"]


def results(rng: random.Random, folder: Path) -> Outcome:
    """Read results of which a table was changed, cut, swapped or removed."""
    place = _copied(folder)
    tables = sorted(place.glob("*.parquet"))
    one, other = rng.sample(tables, 2)
    kind = rng.randrange(4)
    if kind == 0:
        before = one.read_bytes()
        one.write_bytes(of_bytes(before, rng))
        if one.read_bytes() == before:
            return Outcome("taken")
    elif kind == 1:
        one.write_bytes(other.read_bytes())
    elif kind == 2:
        one.unlink()
    else:
        one.write_bytes(one.read_bytes()[: rng.randrange(2000)])
    command = rng.choice(("report", "accounts", "pairing", "chain", "lives"))
    found = commanded([command, str(place)], must_refuse=True, where=one.name if kind != 2 else "")
    said = commanded(["verify", str(place)])
    return said if said.found else found


def manifest(rng: random.Random, folder: Path) -> Outcome:
    """Read results whose manifest was changed."""
    place = _copied(folder)
    path = place / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    kind = rng.randrange(3)
    if kind == 0:
        path.write_bytes(of_bytes(path.read_bytes(), rng))
    elif kind == 1:
        del said[rng.choice(sorted(said))]
        path.write_text(json.dumps(said), "utf-8")
    else:
        name = rng.choice(sorted(said))
        said[name] = rng.choice([None, [], {}, "x", "../x", -1, 1e300, [[]], {"a": "b"}, True, [None], "９"])
        path.write_text(json.dumps(said), "utf-8")
    command = rng.choice(("accounts", "pairing", "chain", "verify", "lives"))
    return commanded([command, str(place)])


def _copied(folder: Path) -> Path:
    place = folder / "results"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for each in good_results().iterdir():
        if each.is_file():
            shutil.copy(each, place)
    return place


def python_call(rng: random.Random, folder: Path) -> Outcome:
    """Call from Python with values of other types."""
    import jobvej
    from sim.runs.options import options

    odd: list[Any] = [
        None, 3, -1, 2.5, float("nan"), float("inf"), "x", "", b"x", [], [None], {}, {"a": 1}, object(),
        True, "２",
        10**30, ["x"], Path("x"), ("a", 1), "2026-W60", range(3), set(), 1j,
    ]  # fmt: skip
    name = rng.choice(sorted(set(options()) - {"workers", "executor"}))
    asked: dict[str, Any] = {"scale": 0.001, "quiet": True, name: rng.choice(odd)}
    reform = rng.choice(["cut-3bn", ["cut-3bn"], *odd]) if rng.random() < 0.3 else "cut-3bn"
    where: Any = folder / "out" if rng.random() < 0.8 else rng.choice([3, "", b"x", [], "\0", "/dev/null/x"])
    call = rng.choice((jobvej.compare, jobvej.run))
    return judged(lambda: call(reform, out=where, **asked))


WAYS: dict[str, Way] = {
    "reform files": _file_way("reform", _read_reform),
    "reform files: check and compare agree": reform_agrees,
    "trial files": _file_way("trial", _read_trial),
    "parameter files": _parameters,
    "files of any bytes": bytes_of_a_file,
    "extracts and raw tables": extract,
    "extracts: what is no number": extract_number,
    "folders of figures": data_folder,
    "budgets": budget,
    "variants and settings": variant,
    "settings: what is no number": setting_number,
    "names of municipalities": place,
    "options of any text": option,
    "options: numbers that cannot be meant": option_number,
    "results: changed tables": results,
    "results: changed manifests": manifest,
    "calls from Python": python_call,
}
#: Those that need finished results.
OF_RESULTS = frozenset(
    {
        "options of any text",
        "options: numbers that cannot be meant",
        "results: changed tables",
        "results: changed manifests",
    }
)
