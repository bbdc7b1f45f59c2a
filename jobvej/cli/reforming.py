"""The commands about reforms: list, show, new, diff, check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    command_group,
    in_flags,
    language,
    print_facts,
    print_rows,
    with_examples,
)
from sim.calendar import Week
from sim.engine.kept_list import kept
from sim.errors import InputError, suggest
from sim.parameters.baselines import DEFAULT, check_baseline

if TYPE_CHECKING:
    from reforms.differences import Difference
    from reforms.reform import Reform
    from sim.parameters import Change

#: What a row of the list holds for --search alone, and the place and name of its theme.
_WORDS, _HEAD = "words", "head"

reforms = command_group("What can be changed: list, show, compare, check and write reforms.")


def _kept(name: str, make: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return what is made from the reforms and parameters, kept until one of their files changes."""
    root = Path(__file__).resolve().parents[2]
    return kept(name, (root / "reforms", root / "sim" / "parameters"), make, patterns=("*.yaml", "*.py"))


def _rows(lang: str) -> list[dict[str, Any]]:
    """Describe every reform of the catalogue."""
    from reforms.load import catalogue

    return [_row(reform, lang) for reform in catalogue()]


def _row(reform: Reform, lang: str) -> dict[str, Any]:
    from reforms.reform import THEMES

    both = [text(each) for text in (reform.title, reform.summary) for each in ("en", "da")]
    targets = sorted({change.parameter for change in reform.changes})
    words = [reform.name, reform.author, reform.theme, *reform.proposals, *reform.mechanisms, *targets, *both]
    place = -1 if reform.theme == "package" else [*THEMES, reform.theme].index(reform.theme)
    return {
        "name": reform.name,
        "title": reform.title(lang),
        "author": reform.author,
        "theme": reform.theme,
        "proposals": list(reform.proposals),
        "mechanisms": list(reform.mechanisms),
        "runnable": reform.runnable,
        "reason": reform.reason,
        "nearest": list(reform.nearest),
        "fidelity": reform.fidelity,
        "left_out": [each(lang) for each in reform.left_out],
        "already_law": reform.already_law.date.isoformat() if reform.already_law else "",
        "twin_of": reform.twin_of,
        _WORDS: " ".join(words).casefold(),
        _HEAD: [place, THEMES.get(reform.theme, ("Other", "Andet"))[lang == "da"]],
    }


def _variants(lang: str) -> list[dict[str, Any]]:
    """Describe the forms of variants that need no file."""
    from reforms.templates import TEMPLATES

    return [{"example": each.example, "says": each.says(lang)} for each in TEMPLATES.values()]


@reforms.command("list")
@with_examples
def reforms_list(
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Only reforms in which all of these words stand.")
    ] = "",
    author: Annotated[str, typer.Option(metavar="NAME", help="Only an author, or a part of the name.")] = "",
    theme: Annotated[str, typer.Option(metavar="THEME", help="Only a theme, such as contact.")] = "",
    as_json: JsonOption = False,
    lang: LangOption = "en",
) -> None:
    """List the reforms that come with Jobvej, by author and theme.

    jobvej reforms list --author Djøf --lang da

    jobvej reforms list --search "sickness interview"

    jobvej reforms list --theme savings --json
    """
    language(lang)
    rows = _kept(f"reforms-{lang}", lambda: _rows(lang))
    chosen = [row for row in rows if _is_wanted(row, search, author, theme)]
    if not chosen:
        raise InputError(_nothing_found(rows, search, author, theme))
    if as_json:
        print_rows([{k: v for k, v in row.items() if k not in (_WORDS, _HEAD)} for row in chosen], True, ())
    else:
        _print_by_author(chosen, lang)
        _print_variants(lang)


def _is_wanted(row: dict[str, Any], search: str, author: str, theme: str) -> bool:
    words = all(word in row[_WORDS] for word in search.casefold().split())
    return words and author.casefold() in row["author"].casefold() and theme in ("", row["theme"])


def _nothing_found(rows: Iterable[dict[str, Any]], search: str, author: str, theme: str) -> str:
    from reforms.reform import THEMES

    if theme and theme not in THEMES:
        return f"--theme is '{theme}'; expected {', '.join(THEMES)}.{suggest(theme, THEMES)}"
    authors = sorted({row["author"] for row in rows})
    if author and not any(author.casefold() in each.casefold() for each in authors):
        return f"--author is '{author}'; expected a part of {'; '.join(authors)}.{suggest(author, authors)}"
    wanted = (("--search", search), ("--author", author), ("--theme", theme))
    asked = " ".join(f"{option} '{value}'" for option, value in wanted if value)
    return f"no reform of the catalogue fits {asked}; jobvej reforms list shows them all"


def _print_by_author(rows: Sequence[dict[str, Any]], lang: str) -> None:
    """Print rows under their authors and themes, packages first."""
    for row in rows:
        row["by"] = row["author"].partition(",")[0]  # "Jobvej, after Djøf 2023" stands under Jobvej
    ordered = sorted(rows, key=lambda row: (row["by"], row[_HEAD], row["name"]))
    width = max(len(row["name"]) for row in rows)
    shown: tuple[str, str] = ("", "")
    for row in ordered:
        if row["by"] != shown[0]:
            typer.echo(("\n" if shown[0] else "") + row["by"])
        if (row["by"], row["theme"]) != shown:
            typer.echo(f"  {row[_HEAD][1]}")
        shown = (row["by"], row["theme"])
        ids = f" [{', '.join(row['proposals'])}]" if len(row["proposals"]) == 1 else ""
        typer.echo(f"    {row['name']:<{width}}  {row['title']}{ids}{_standing(row, lang)}")


def _standing(row: dict[str, Any], lang: str) -> str:
    """Return how true a file of the list is to its document, and since when it is law, in brackets."""
    from reforms.fidelity import FIDELITY, NOT_RUNNABLE

    danish = lang == "da"
    words = {grade: labels[danish].partition(",")[0] for grade, labels in FIDELITY.items()}
    words["partial"] = "delvis" if danish else "partial"
    words["faithful"] = "tro" if danish else "faithful"
    words["illustration"] = "illustration"
    found = [words.get(row["fidelity"] or ("" if row["runnable"] else NOT_RUNNABLE), "")]
    if row["already_law"]:
        found.append(f"{'lov siden' if danish else 'law since'} {row['already_law']}")
    said = "; ".join(each for each in found if each)
    return f" ({said})" if said else ""


def _print_variants(lang: str) -> None:
    """Print the forms of variants that need no file, each with one that works."""
    title = (
        "Varianter, der skrives, hvor en reforms navn kan stå"
        if lang == "da"
        else ("Variants, written wherever the name of a reform may stand")
    )
    typer.echo(f"\n{title}")
    rows = _kept(f"variants-{lang}", lambda: _variants(lang))
    width = max(len(row["example"]) for row in rows)
    for row in rows:
        typer.echo(f"    {row['example']:<{width}}  {row['says']}")


@reforms.command("show")
@with_examples
def reforms_show(name: Annotated[str, typer.Argument(metavar="NAME|FILE")], lang: LangOption = "en") -> None:
    """Show a reform: what it changes, from when, why, on what basis and by whose account.

    jobvej reforms show headline
    """
    from reforms.fidelity import FIDELITY
    from reforms.load import load

    reform: Reform = load(name)
    lang = language(lang)
    print_facts(
        (
            ("name", reform.name),
            ("title", reform.title(lang)),
            ("author", reform.author),
            ("theme", reform.theme),
            ("summary", reform.summary(lang)),
            ("why", reform.why(lang)),
            ("source", str(reform.source)),
            ("proposals", ", ".join(reform.proposals)),
            ("mechanisms", ", ".join(reform.mechanisms)),
            ("combines", _combined(reform)),
            ("file", reform.file),
            ("fidelity", FIDELITY[reform.fidelity][lang == "da"] if reform.fidelity else ""),
            ("already law", _since(reform)),
            ("as", reform.twin_of),
            ("cannot run", reform.reason if not reform.runnable else ""),
            ("nearest", ", ".join(reform.nearest)),
        )
    )
    if reform.left_out:
        typer.echo("left out:")
    for left in reform.left_out:
        typer.echo(f"  {left(lang)}")
    typer.echo("changes:" if reform.changes else "changes:     none")
    for change in reform.changes:
        typer.echo(f"  {_in_words(change)}")
    if reform.sizes:
        typer.echo("sizes:")
    for size in reform.sizes:
        span = "" if size.low is None or size.high is None else f", {size.low:g} to {size.high:g}"
        ids = f" ({', '.join(size.ids)})" if size.ids else ""
        typer.echo(f"  {size.parameter}: {size.basis}{span}{ids}. {size.reason}".rstrip())


def _since(reform: Reform) -> str:
    law = reform.already_law
    return f"since {law.date} ({law.source})" if law else ""


def _combined(reform: Reform) -> str:
    return " + ".join(reform.parts) if len(reform.parts) > 1 else ""


def _in_words(change: Change) -> str:
    path = ", ".join(f"{number:g} from {day}" for day, number in change.values)
    where = "" if change.municipalities is None else f", in {len(change.municipalities)} municipalities"
    until = f", until {change.until}" if change.until else ""
    return f"{change.operation} {change.parameter}: {path}{until}{where}"


@reforms.command("new")
@with_examples
def reforms_new(
    name: str,
    folder: Annotated[Path, typer.Option("--in", metavar="DIR", help="Folder of the file.")] = Path("."),
) -> None:
    """Write a commented reform file to begin from: NAME.yaml. A file that is there already is left alone.

    jobvej reforms new fewer-rules
    """
    import reforms as package
    from reforms.schema import NAME

    if not NAME.fullmatch(name):
        raise InputError(f"found '{name}', expected small letters, digits and hyphens, such as fewer-rules")
    template = (Path(package.__file__ or "").parent / "new_reform.yaml").read_text("utf-8")
    file = folder / f"{name}.yaml"
    if not os.path.isdir(folder):
        raise InputError(f"no folder '{folder}'")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(template.replace("my-reform", name))
    except FileExistsError as error:
        raise InputError("the file is there already; nothing was written", file=file) from error
    typer.echo(f"{file}\nNext: jobvej reforms check {file}")


@reforms.command("diff")
@with_examples
def reforms_diff(
    first: Annotated[str, typer.Argument(metavar="A")],
    second: Annotated[str, typer.Argument(metavar="B")],
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two reforms, by date; A or B may be 'baseline'.

    jobvej reforms diff baseline cut-3bn

    jobvej reforms diff headline cut-3bn+refund-change
    """
    from reforms.differences import differences

    found = differences(first, second)
    if as_json:
        print_rows([_difference(each) for each in found], True, ())
        return
    if not found:
        typer.echo(f"{first} and {second} change the same numbers")
        return
    print_rows(
        [_side_by_side(each, first, second) for each in found], False, ("from", "what", "values", "where")
    )


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "from": each.day.isoformat(),
        "parameter": each.parameter,
        "a": each.first,
        "b": each.second,
        "unit": each.unit,
        "municipalities": "all" if each.municipalities is None else list(each.municipalities),
    }


def _side_by_side(each: Difference, first: str, second: str) -> dict[str, str]:
    """Return a difference as the cells of a line."""
    same = each.first == each.second
    values = f"both {each.first:g}" if same else f"{first} {each.first:g}, {second} {each.second:g}"
    where = "" if each.municipalities is None else f"in {_places(each.municipalities)}"
    return {
        "from": each.day.isoformat(),
        "what": each.parameter,
        "values": f"{values} ({each.unit})",
        "where": where,
    }


def _places(codes: Sequence[int]) -> str:
    from sim.data import municipality_names

    names = municipality_names()
    if len(codes) > 4:
        return f"{len(codes)} municipalities"
    return ", ".join(names[code] for code in codes)


@reforms.command("check")
@with_examples
def reforms_check(
    files: Annotated[list[str], typer.Argument(metavar="FILE|NAME...")],
    start: Annotated[str, typer.Option("--from", metavar="WEEK", help="First week of the run planned.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="WEEK", help="Last week of the run planned.")] = "",
    baseline: Annotated[
        str, typer.Option("--baseline", metavar="NAME", help="The law they change: law-2024 or law-now.")
    ] = DEFAULT,
) -> None:
    """Check reforms before a run: every error with its line, and what was perhaps not meant.

    Among others: a change that never takes effect, two changes of the same value from the same date, a date
    outside the run (--from, --to), an unknown municipality, parameter or proposal (with the nearest name).

    jobvej reforms check my/reform.yaml --from 2024-W01 --to 2030-W52
    """
    from reforms.check import check
    from sim.parameters import load_parameters

    law = None if check_baseline(baseline) == DEFAULT else load_parameters(baseline=baseline)
    first, last = _run(start, end)
    errors = 0
    for file in files:
        findings = check([file], law, start=first, end=last)
        errors += sum(finding.severity == "error" for finding in findings)
        for finding in findings:
            typer.echo(in_flags(str(finding)), err=finding.severity == "error")
        if not findings:
            typer.echo(f"{file}: right")
    if errors:
        raise typer.Exit(2)


def _run(start: str, end: str) -> tuple[date | None, date | None]:
    """Return the first and last day of a run from its weeks; None where none is given."""
    first = Week.parse(start).monday if start else None
    last = Week.parse(end).monday + timedelta(days=6) if end else None
    if first and last and last < first:
        raise InputError(f"--from is {start} and --to is {end}; expected a run that ends after it begins")
    return first, last
