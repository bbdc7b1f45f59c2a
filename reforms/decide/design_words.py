"""What a front of designs says, in full sentences."""

from __future__ import annotations

import pandas as pd

from reforms.decide.designed import BETTER, GUIDES, ON_FRONT, PACKAGE, REFERENCE, WORSE, FrontNumbers
from reforms.decide.goals import GOALS
from reforms.decide.texts import words_of

#: A lever is pulled when it is moved by this share of its range.
PULLED = 0.1


def sentences(found: FrontNumbers, lang: str = "en") -> list[str]:
    """Return what a front says, in English or Danish."""
    said, about = words_of("front", lang), found.about
    first, last = about["years"]
    told = [
        said["asked"].format(
            saving=about["saving_mio_kr"], first=first, last=last, draws=about["draws"],
            replicates=about["replicates"], scale=about["scale"],
        )
    ]  # fmt: skip
    explained = about["explained"]
    shares = [said["percent"].format(goal=name_of(goal, lang), share=100 * max(share, 0.0))
              for goal, share in explained.items()]  # fmt: skip
    told.append(said["guide"].format(shares=", ".join(shares)))
    poor = [name_of(goal, lang) for goal, share in explained.items() if share < GUIDES]
    if poor:
        told.append(said["poor"].format(least=100 * GUIDES, names=", ".join(poor)))
    told += _levers(found, lang)
    told += _apart(found, lang)
    for row in found.front[found.front["kind"].isin([REFERENCE, PACKAGE])].itertuples():
        name, by = found.title(str(row.design), lang), _listed(row.beaten_by)
        told.append(said["beaten"].format(name=name, by=by) if by else said["unbeaten"].format(name=name))
    return told


def name_of(goal: str, lang: str) -> str:
    """Return what a goal is called inside a sentence."""
    title = GOALS[goal].title.of(lang)
    return title[0].lower() + title[1:]


def _listed(names: object) -> str:
    return ", ".join(names.split()) if isinstance(names, str) else ""


def moves(found: FrontNumbers, *, standing: bool = True) -> pd.DataFrame:
    """Return how far each lever is moved in the front's designs, as a share of its range with its sign.

    Parameters
    ----------
    standing
        Of designs alone that are not beaten.
    """
    front = found.front[found.front["kind"] == ON_FRONT]
    if standing:
        front = front[[not _listed(by) for by in front["beaten_by"]]]
    columns = {}
    for name, lever in found.about["levers"].items():
        low, high = lever["range"]
        columns[name] = (front[name] - lever["now"]) / (high - low)
    return pd.DataFrame(columns).set_index(front["design"])


def _levers(found: FrontNumbers, lang: str) -> list[str]:
    said, moved = words_of("front", lang), moves(found)
    if moved.empty:
        return []
    alike, free = [], []
    for name, column in moved.items():
        title = found.about["levers"][str(name)]["title"][lang]
        if (column >= PULLED).all():
            alike.append(said["up"].format(title=title))
        elif (column <= -PULLED).all():
            alike.append(said["down"].format(title=title))
        elif column.abs().max() >= PULLED:
            free.append(title)
    told = [said["cut"].format(levers="; ".join(alike))] if alike else []
    return [*told, *([said["free"].format(levers="; ".join(free))] if free else [])]


def _apart(found: FrontNumbers, lang: str) -> list[str]:
    said, told = words_of("front", lang), []
    goals = [goal for goal in found.goals if f"{goal}_apart" in found.front.columns]
    for row in found.front[found.front["kind"] != REFERENCE].to_dict("records"):
        better = [name_of(goal, lang) for goal in goals if row[f"{goal}_apart"] == BETTER]
        worse = [name_of(goal, lang) for goal in goals if row[f"{goal}_apart"] == WORSE]
        if better:
            but = said["but"].format(worse=", ".join(worse)) if worse else ""
            title = found.title(str(row["design"]), lang)
            told.append(said["better"].format(design=title, better=", ".join(better), worse=but))
    return told or [said["none"]]
