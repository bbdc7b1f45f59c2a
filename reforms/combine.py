"""Combines reforms: their changes together, or a refusal if they contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reforms.reform import Reform, Texts
from sim.errors import InputError
from sim.parameters import Source
from sim.parameters.changes import contradictions
from sim.parameters.document import raise_all


def combine(reforms: Sequence[Reform], name: str | None = None) -> Reform:
    """Return the reform that does what all of these do.

    Parameters
    ----------
    reforms
        At least one; the order makes no difference to what the combination does.
    name
        Name of the combination; the names joined with + by default.

    Raises
    ------
    InputError
        A reform is in it twice, or two of them set the same number at the same time (both lines named).
    """
    if not reforms:
        raise InputError("nothing to combine: expected names of reforms joined with +")
    parts = tuple(part for reform in reforms for part in reform.parts)
    twice = [part for position, part in enumerate(parts) if part in parts[:position]]
    if twice:
        names = " + ".join(reform.name for reform in reforms)
        raise InputError(f"'{twice[0]}' is in the combination {names} twice: a reform counts once")
    changes = tuple(change for reform in reforms for change in reform.changes)
    raise_all(list(contradictions(changes)))
    if len(reforms) == 1:
        return replace(reforms[0], name=name or reforms[0].name)
    stuck = [reform for reform in reforms if not reform.runnable]
    return Reform(
        name=name or "+".join(reform.name for reform in reforms),
        title=_joined([reform.title for reform in reforms], " + "),
        author="; ".join(dict.fromkeys(reform.author for reform in reforms)),
        summary=_joined([reform.summary for reform in reforms], "\n\n"),
        why=_joined([reform.why for reform in reforms], "\n\n"),
        source=Source("; ".join(dict.fromkeys(str(reform.source) for reform in reforms))),
        proposals=tuple(dict.fromkeys(each for reform in reforms for each in reform.proposals)),
        theme=" + ".join(dict.fromkeys(reform.theme for reform in reforms if reform.theme)),
        changes=changes,
        parts=parts,
        runnable=not stuck,
        reason="; ".join(f"{reform.name}: {reform.reason}" for reform in stuck),
        file=" + ".join(reform.file for reform in reforms),
        mechanisms=tuple(dict.fromkeys(each for reform in reforms for each in reform.mechanisms)),
        sizes=tuple(size for reform in reforms for size in reform.sizes),
        nearest=tuple(dict.fromkeys(each for reform in stuck for each in reform.nearest)),
    )


def _joined(texts: Sequence[Texts], link: str) -> Texts:
    joined = texts[0]
    for text in texts[1:]:
        joined = joined.joined(text, link)
    return joined
