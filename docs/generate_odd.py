"""Writes docs/odd.md from the registries, the columns and the parameter files.

``python docs/generate_odd.py`` writes it; with ``--check`` it only says whether it is current.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2

from calibration.targets import Target, load_targets
from sim.engine.draws import OwnPurpose, Purpose
from sim.mechanisms import transition
from sim.outcomes.ledger import ENTRIES
from sim.outcomes.measures import MEASURES
from sim.parameters import Parameter, ParameterSet, load_parameters
from sim.states import CLIENT_STATES, STATE_LABELS_DA, STATE_LABELS_EN, STATES, State
from sim.week import MECHANISMS, WEEK, Phase, phase_of
from sim.world import caseworkers, clients, employers, municipalities, people

HERE = Path(__file__).resolve().parent
ODD = HERE / "odd.md"
ENTITIES: tuple[tuple[str, type], ...] = (
    ("Person: traits", people.Person),
    ("Person: state", people.Status),
    ("Person: on file", people.OnFile),
    ("Person: calendar", people.Calendar),
    ("Client: spell", clients.Spell),
    ("Client: contact", clients.Contact),
    ("Client: programme", clients.Offer),
    ("Caseworker", caseworkers.Caseworkers),
    ("Employer", employers.Employers),
    ("Municipality", municipalities.Municipality),
)
_COLUMN = re.compile(r"^    (\w+): [^#\n]+?(?:#\s*(.+))?$", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^(\w[\w, ]*)\n    (.+)$", re.MULTILINE)


def columns(entity: type) -> list[tuple[str, str]]:
    """Return the columns of an entity with their meaning.

    The comment that stands behind each in the source, or what the class documents under Attributes.
    """
    names = {name for name in vars(entity).get("__annotations__", ()) if name.islower()}
    if not names:
        listed = (inspect.getdoc(entity) or "").split("Attributes\n----------\n")[-1]
        return [(name, _cell(meaning)) for name, meaning in _ATTRIBUTE.findall(listed)]
    found = _COLUMN.findall(inspect.getsource(entity))
    return [(name, _cell(meaning or name.replace("_", " "))) for name, meaning in found if name in names]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _entity(name: str, entity: type) -> dict[str, Any]:
    what = (inspect.getdoc(entity) or "").split("\n\n")[0]
    return {
        "name": name,
        "module": entity.__module__.replace(".", "/") + ".py",
        "what": " ".join(what.split()),
        "columns": columns(entity),
    }


def _themes() -> dict[str, list[Target]]:
    themes: dict[str, list[Target]] = {}
    for target in load_targets().values():
        themes.setdefault(target.group, []).append(target)
    return themes


def _parameter(parameter: Parameter, world: ParameterSet) -> dict[str, str]:
    values = world.in_force(parameter.name, parameter.values[-1][0])
    shown = f"{values[0]:g}" if len(values) == 1 else f"{min(values):g} to {max(values):g}"
    why = str(parameter.source) if parameter.source else parameter.reason
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "value": shown,
        "unit": _cell(parameter.unit),
        "why": _cell(why),
    }


def _mechanism(
    mechanism: Any, by_mechanism: dict[str, list[Parameter]], world: ParameterSet
) -> dict[str, Any]:
    return {
        "name": mechanism.name,
        "label": mechanism.label,
        "phase": phase_of(mechanism),
        "module": mechanism.home.replace(".", "/") + ".py",
        "equation": inspect.cleandoc(mechanism.equation),
        "evidence": " ".join(mechanism.evidence.split()),
        "when_off": mechanism.when_off if mechanism.switch else "",
        "parameters": [_parameter(p, world) for p in by_mechanism.get(mechanism.name, [])],
    }


def _columns(writes: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(writes))


def _purposes(purposes: Iterable[Purpose | OwnPurpose]) -> str:
    return ", ".join(purpose.name.lower().replace("_", " ") for purpose in purposes)


def _phase(phase: Phase) -> dict[str, Any]:
    acts = [
        {
            "name": act.name,
            "text": _cell(act.text.rstrip(".")),
            "mechanism": act.mechanism,
            "writes": _columns(act.writes) or "moves alone",
            "purposes": _purposes(act.purposes),
        }
        for act in phase.acts
    ]
    return {"name": phase.name, "label": phase.label, "acts": acts}


def render() -> str:
    """Return the document as it should be now."""
    parameters = load_parameters()
    entries = [parameters[name] for name in parameters.names]
    names = {mechanism.name for mechanism in MECHANISMS}
    by_mechanism: dict[str, list[Parameter]] = {}
    for parameter in entries:
        by_mechanism.setdefault(parameter.mechanism, []).append(parameter)
    template = jinja2.Environment(
        undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True
    ).from_string((HERE / "odd.md.j2").read_text(encoding="utf-8"))
    text = template.render(
        targets=load_targets(),
        themes=_themes(),
        entities=[_entity(name, entity) for name, entity in ENTITIES],
        states=[
            {
                "label": STATE_LABELS_EN[name],
                "label_da": STATE_LABELS_DA[name],
                "client": State[name.upper()] in CLIENT_STATES,
            }
            for name in STATES
        ],
        entries=[f"{e.account} ({e.payer} to {e.receiver})" for e in ENTRIES],
        week=[_phase(phase) for phase in WEEK],
        moves={"writes": _columns(transition.WRITES), "purposes": _purposes(transition.PURPOSES)},
        measures=[(m.name, m.unit.name, m.definition.en) for m in MEASURES.values()],
        parameters={kind: sum(p.kind == kind for p in entries) for kind in ("law", "evidence", "assumption")},
        mechanisms=[_mechanism(m, by_mechanism, parameters) for m in MECHANISMS],
        others=[_parameter(p, parameters) for p in entries if p.mechanism not in names],
    )
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the document, or check it; return the exit code."""
    current = render()
    if arguments == ["--check"]:
        same = ODD.is_file() and ODD.read_text(encoding="utf-8") == current
        print("docs/odd.md is current" if same else "docs/odd.md is out of date: make docs")
        return 0 if same else 1
    ODD.write_text(current, encoding="utf-8")
    print(f"Wrote {ODD.relative_to(HERE.parent).as_posix()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
