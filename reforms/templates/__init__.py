"""Variants of reforms that need no file: ``cut:2.5bn@2026-2030`` wherever the name of a reform may stand.

A variant is written NAME:VALUE, then -for-GROUPS, -in-MUNICIPALITIES and @WHEN as far as the template takes
them:

>>> from reforms import load
>>> load("interviews:every-4-weeks-for-kontanthjaelp-in-Aalborg@2027").first_change
datetime.date(2027, 1, 1)

Each template is a module here, with what it changes, its equation and what it rests on in its docstring.
:data:`TEMPLATES` has them by name; :func:`make` turns what a user wrote into a reform.
"""

from __future__ import annotations

from collections.abc import Callable

from reforms.reform import Reform
from reforms.templates import (
    a_kasse_contact,
    caseload,
    cut,
    digital,
    from_day,
    interviews,
    mass_layoff,
    rapid_response,
    refund,
    roll_out,
)
from reforms.templates.variant import Template, parse
from sim.errors import InputError, suggest
from sim.parameters import Source

TEMPLATES: dict[str, Template] = {
    module.TEMPLATE.name: module.TEMPLATE
    for module in (
        cut,
        a_kasse_contact,
        refund,
        interviews,
        caseload,
        digital,
        roll_out,
        from_day,
        mass_layoff,
        rapid_response,
    )
}
__all__ = ["TEMPLATES", "Template", "is_variant", "make"]


def is_variant(spec: str) -> bool:
    """Whether a name is written as a variant: NAME:VALUE, or a template that needs no value."""
    template = TEMPLATES.get(spec.partition("@")[0].partition("-in-")[0])
    return ":" in spec or (template is not None and bool(template.default))


def make(spec: str, read: Callable[[str], Reform]) -> Reform:
    """Return the reform that a variant stands for, not yet checked against the parameters.

    Parameters
    ----------
    spec
        What the user wrote.
    read
        Finds another reform by name, for a template that is about one.

    Raises
    ------
    InputError
        No such template, or its value, groups, municipalities or date cannot be read: with the form expected
        and an example.
    """
    name, rest = _name_and_rest(spec)
    if name not in TEMPLATES:
        hint = suggest(name, TEMPLATES) or f" Variants: {', '.join(TEMPLATES)}."
        raise InputError(f"'{spec}': no variant '{name}'.{hint}")
    template = TEMPLATES[name]
    draft = template.build(parse(spec, rest, template, read))
    return Reform(
        name=spec,
        title=draft.title,
        author="A variant",
        summary=draft.summary,
        why=template.why,
        source=Source(f"Jobvej: the template {template.form}"),
        proposals=(),
        theme=template.theme,
        changes=draft.changes,
        parts=(spec,),
        file=f"variant {spec}",
        mechanisms=template.mechanisms,
        sizes=draft.sizes,
    )


def _name_and_rest(spec: str) -> tuple[str, str]:
    """Return a variant's name, and its value with what follows; the default value where none is written."""
    if ":" in spec:
        name, _, rest = spec.partition(":")
        return name, rest
    body, at, when = spec.partition("@")
    name, found, places = body.partition("-in-")
    return name, TEMPLATES[name].default + found + places + at + when
