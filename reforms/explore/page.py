"""The page itself, built with Solara: levers, what they do, and the command that does the same."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

import solara
import solara.lab

from reforms.explore import serve
from reforms.explore.levers import LEVERS, Lever, neutral, reform_of, words
from reforms.explore.small_runs import Request, run
from reforms.report import write
from sim.runs.options import EXPLORE
from sim.runs.results import is_finished

REQUEST = Request(
    Path(os.environ.get(serve.FOLDER, "results/explore")),
    EXPLORE.but(
        scale=float(os.environ.get(serve.SCALE, EXPLORE.scale)), end=os.environ.get(serve.END, EXPLORE.end)
    ),
)
#: People of working age at scale 1, for the message while a run is made (docs/data.md).
PEOPLE = 3_800_000

#: Room for the frame, a command that wraps, and no footer of Solara's.
LOOK = """
header.v-app-bar, .v-app-bar { background-color: #0f3d63 !important; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f6f7; padding: 8px; font-size: 13px; }
.v-footer, .solara-content-main > div > a { display: none !important; }
iframe { width: 100%; height: 78vh; border: 0; }
"""

language = solara.reactive(os.environ.get(serve.LANGUAGE, "en"))
setting = solara.reactive(neutral())
finished_shown = solara.reactive(is_finished(REQUEST.folder))


@solara.component
def LeverControl(lever: Lever) -> None:  # noqa: N802
    """Show one slider or switch."""
    label = words(language.value)[f"lever.{lever.name}"]

    def move(value: float) -> None:
        setting.value = {**setting.value, lever.name: float(value)}
        finished_shown.value = False

    if lever.is_switch:
        solara.Switch(label=label, value=bool(setting.value[lever.name]), on_value=move)
        return
    solara.Text(f"{label}: {setting.value[lever.name]:g}")
    solara.SliderFloat(
        "",
        value=setting.value[lever.name],
        min=lever.low,
        max=lever.high,
        step=lever.step,
        on_value=move,
    )


@solara.component
def Shown(folder: Path) -> None:  # noqa: N802
    """Show a finished comparison as the report's short edition, in a frame of its own."""
    lang = language.value
    html = solara.use_memo(
        lambda: write(folder, lang, audience="brief").read_text("utf-8"), [str(folder), lang]
    )
    solara.HTML(
        tag="iframe",
        attributes={"srcdoc": html, "title": words(lang)["show"], "id": "answer"},
    )


@solara.component
def Answer() -> None:  # noqa: N802
    """Run what the levers say and show it; a newer setting stops the older run."""
    say, reform = words(language.value), reform_of(setting.value)

    async def answer() -> Path | None:
        return await run(REQUEST, reform) if reform else None

    task = solara.lab.use_task(answer, dependencies=[reform])
    share = f"{100 * REQUEST.options.scale:g}"
    if reform is None:
        solara.Text(say["nothing"])
    elif task.pending:
        persons = f"{PEOPLE * REQUEST.options.scale:,.0f}"
        solara.ProgressLinear(True)
        solara.Text(say["running"].format(weeks=REQUEST.options.weeks, persons=persons))
    elif task.error:
        solara.Error(say["failed"].format(reason=task.exception))
    elif task.finished and task.value is not None:
        solara.Text(say["small"].format(share=share), style="font-size: 13px; color: #5d6772")
        Shown(task.value)
    if reform is not None:
        solara.Text(say["command"])
        solara.HTML(
            tag="pre",
            unsafe_innerHTML=escape(REQUEST.command(reform)),
            attributes={"id": "command", "tabindex": "0"},
        )


@solara.component
def Page() -> None:  # noqa: N802
    """Levers on the left, the answer on the right."""
    say = words(language.value)
    solara.Title(say["title"])
    solara.Style(LOOK)
    with solara.Sidebar(), solara.Column():
        solara.ToggleButtonsSingle(language, values=["en", "da"])
        solara.HTML(tag="h2", unsafe_innerHTML=say["levers"])
        for lever in LEVERS:
            LeverControl(lever)
        if is_finished(REQUEST.folder):
            solara.Switch(label=say["finished"], value=finished_shown)
    if finished_shown.value:
        Shown(REQUEST.folder)
    else:
        Answer()
