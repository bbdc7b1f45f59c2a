"""What a reform is: a text, and dated changes of parameters; and how several become one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reforms.fidelity import AlreadyLaw, weakest
from sim.errors import InputError
from sim.parameters import Change, Source
from sim.parameters.changes import contradictions
from sim.parameters.document import raise_all

LANGUAGES: tuple[str, ...] = ("en", "da")

#: Authors in Danish, where their name in the files of reforms is English.
AUTHORS_DA: dict[str, str] = {
    "Jobvej, after Djøf 2023 and KL 2024": "Jobvej efter Djøf 2023 og KL 2024",
    "Jobvej, after KL 2024, Djøf 2023 and the Expert Group 2024": "Jobvej efter KL, Djøf og Ekspertgruppen",
    "Jobvej, after the government platform of 2022": "Jobvej efter regeringsgrundlaget 2022",
    "Jobvej, after the six cities 2023": "Jobvej efter de seks byer 2023",
    "KL and Deloitte 2012": "KL og Deloitte 2012",
    "The Expert Group 2024": "Ekspertgruppen 2024",
    "The government 2025": "Regeringen 2025",
    "The government and five parties 2025": "Regeringen og fem partier 2025",
    "The government and parties 2017": "Regeringen og partier 2017",
    "The government and parties 2020-22": "Regeringen og partier 2020-22",
    "The law before 2016": "Loven før 2016",
    "The six cities 2023": "De seks byer 2023",
}

#: What a reform is about, in English and Danish; the catalogue is grouped by it, in this order.
THEMES: dict[str, tuple[str, str]] = {
    "contact": ("Contact and interviews", "Kontakt og samtaler"),
    "simplification": ("Simpler rules", "Enklere regler"),
    "savings": ("Savings", "Besparelser"),
    "refund": ("Refund", "Refusion"),
    "incentives": ("Incentives", "Incitamenter"),
    "programmes": ("Programmes", "Tilbud"),
    "employers": ("Employers", "Virksomheder"),
    "vulnerable": ("People on the margins", "Udsatte borgere"),
    "sickness": ("Sickness", "Sygdom"),
    "organisation": ("Organisation", "Organisering"),
    "digitalisation": ("Digitalisation", "Digitalisering"),
    "education": ("Education and skills", "Uddannelse og opkvalificering"),
    "governance": ("Governance", "Styring"),
    "package": ("Whole packages", "Samlede pakker"),
    "reference": ("For comparison", "Til sammenligning"),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in the languages of a report; ``text("da")``."""

    en: str
    da: str

    def __call__(self, language: str = "en") -> str:
        """Return the text in a language (en or da)."""
        if language not in LANGUAGES:
            raise ValueError(f"found language '{language}', expected en or da")
        return self.da if language == "da" else self.en

    def joined(self, other: Texts, link: str) -> Texts:
        """Return both texts, one after the other."""
        return Texts(f"{self.en}{link}{other.en}", f"{self.da}{link}{other.da}")


@dataclass(frozen=True, slots=True)
class Size:
    """Why a change has the size it has.

    Parameters
    ----------
    parameter
        The parameter whose change it is about.
    basis
        ``document`` (the proposal gives the number), ``evidence`` (a study or a statistic does) or
        ``assumption`` (nobody does).
    ids
        Rows of the project's data that it rests on (``sim/data``: evidence, rules, reform elements ...).
    reason
        The step from the source to the number.
    low, high
        How far off the number may be, in the unit of the change's values (a factor where it multiplies).
    """

    parameter: str
    basis: str
    ids: tuple[str, ...] = ()
    reason: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Reform:
    """A reform as read from its file, or a combination of several; frozen.

    ``title``, ``summary`` and ``why`` are called with a language: ``reform.title("da")``.
    ``parts`` are the names of the reforms in a combination, its own name for a single one.
    ``mechanisms`` carry the effect (names of :data:`sim.week.SWITCHES`), ``sizes`` say what the numbers
    rest on.  ``runnable`` is False for a proposal that is no change of this model, ``reason`` says why, and
    ``nearest`` names the parameters or reforms that come closest.
    ``fidelity`` is how true the file is to its document (a word of :data:`reforms.fidelity.FIDELITY`),
    ``left_out`` what the document says and the file does not, ``already_law`` since when its content is law,
    ``twin_of`` the reform with the same content, as which it is ranked.
    """

    name: str
    title: Texts
    author: str
    summary: Texts
    why: Texts
    source: Source
    proposals: tuple[str, ...]
    theme: str
    changes: tuple[Change, ...]
    parts: tuple[str, ...]
    runnable: bool = True
    reason: str = ""
    file: str = ""
    mechanisms: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    nearest: tuple[str, ...] = ()
    fidelity: str = ""
    left_out: tuple[Texts, ...] = ()
    already_law: AlreadyLaw | None = None
    twin_of: str = ""

    def __repr__(self) -> str:
        number = len(self.changes)
        said = (
            f"{number} change{'' if number == 1 else 's'} from {self.first_change}"
            if number
            else "no changes"
        )
        return f"<Reform '{self.name}': {said if self.runnable else 'cannot be run'}>"

    @property
    def first_change(self) -> date | None:
        """The first day on which anything differs from the baseline, or None if nothing ever does."""
        return min((change.start for change in self.changes), default=None)

    @property
    def assumptions(self) -> tuple[Change, ...]:
        """The changes whose size is the reform's own assumption, with a range."""
        return tuple(change for change in self.changes if change.range is not None)

    def digest(self) -> str:
        """Return the sha256 of all that the reform says and does, wherever its file stands."""
        texts = [[text.en, text.da] for text in (self.title, self.summary, self.why)]
        content: list[Any] = [
            self.name,
            texts,
            self.author,
            str(self.source),
            self.proposals,
            self.theme,
            self.parts,
        ]
        changes = sorted(change.content() for change in self.changes)
        sizes = [[s.parameter, s.basis, s.ids, s.reason, s.low, s.high] for s in self.sizes]
        content += [self.mechanisms, sizes, self.nearest]
        if self.fidelity:
            content += [self.fidelity, [[each.en, each.da] for each in self.left_out], self.twin_of]
            content += [str(self.already_law)]
        text = json.dumps([content, changes, self.runnable, self.reason], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


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
        fidelity=weakest([reform.fidelity for reform in reforms]),
        left_out=tuple(dict.fromkeys(each for reform in reforms for each in reform.left_out)),
    )


def _joined(texts: Sequence[Texts], link: str) -> Texts:
    joined = texts[0]
    for text in texts[1:]:
        joined = joined.joined(text, link)
    return joined
