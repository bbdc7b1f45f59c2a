"""The page to play with, in a real browser: it answers, stays on this machine, and shows its command."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from reforms import load
from reforms.explore.levers import LEVERS, neutral, reform_of, words
from reforms.explore.small_runs import Request
from sim.runs.options import EXPLORE

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: Milliseconds to wait for a small run and for anything else.
RUN, SOON = 240_000, 60_000
ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str, host: str) -> int:
    try:
        asked = urllib.request.Request(url, headers={"Host": host})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("explore"), free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "jobvej.cli", "explore", str(folder), "--scale", "0.001", "--to", "2026-W26",
         "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"
    until = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(url, timeout=30).close()
            break
        except OSError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.3)
    yield url
    server.terminate()
    server.wait(30)


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    if BROWSER is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; continuous integration installs one")
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def test_other_hosts_are_refused(address: str) -> None:
    assert status(address, "127.0.0.1") == 200
    assert status(address, "jobvej.example") == 400


def test_only_the_loopback_address_listens(address: str) -> None:
    port = int(re.findall(r":(\d+)/", address)[0])
    with socket.socket() as outside:  # another loopback address stands for another network card
        assert outside.connect_ex(("127.0.0.2", port)) != 0


def test_a_lever_changes_the_picture(page: Page, address: str) -> None:
    errors: list[str] = []
    outside: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda asked: None if address in asked.url else outside.append(asked.url))
    page.goto(address)
    page.get_by_text(words("en")["nothing"]).wait_for(timeout=SOON)
    page.get_by_text(words("en")["lever.focus_targets"]).click()
    frame = page.frame_locator("#answer")
    first = frame.locator("#key-duration, figure svg").first
    first.wait_for(timeout=RUN)
    before = first.get_attribute("aria-label")
    assert "--reform no-focus-targets " in page.locator("#command").inner_text()
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#command').innerText.includes('cut:')", timeout=SOON)
    page.wait_for_function(
        "before => { const frame = document.querySelector('#answer');"
        " const picture = frame && frame.contentDocument.querySelector('figure svg');"
        " return picture && picture.getAttribute('aria-label') !== before; }",
        arg=before,
        timeout=RUN,
    )
    assert errors == []
    assert [url for url in outside if not url.startswith(("data:", "about:", "ws://127.0.0.1"))] == []


SETTINGS = [
    (lever.name, value)
    for lever in LEVERS
    for value in sorted({lever.low, lever.low + lever.step, lever.high} - {lever.neutral})
]


OTHERS: list[dict[str, Any]] = [{"scale": 0.01}, {"end": "2029-W52"}, {"draws": 2}, {"seed": 2}]


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_every_setting_is_a_reform_that_loads(name: str, value: float) -> None:
    reform = reform_of({**neutral(), name: value})
    assert reform is not None
    assert load(reform).changes


def test_a_small_run_is_found_again_by_everything_that_decides_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, reform = Request(tmp_path), "no-focus-targets"
    place = asked.place(reform)
    assert Request(tmp_path).place(reform) == place
    others = {
        asked.place("cut:2bn"),
        *(Request(tmp_path, EXPLORE.but(**each)).place(reform) for each in OTHERS),
    }
    monkeypatch.setattr("sim.runs.store.code_digest", lambda: "another Jobvej")
    others.add(asked.place(reform))
    assert len(others - {place}) == len(OTHERS) + 2


def test_nothing_moved_is_no_reform() -> None:
    assert reform_of(neutral()) is None


def test_both_languages_say_the_same_things() -> None:
    assert set(words("en")) == set(words("da"))
    assert {f"lever.{lever.name}" for lever in LEVERS} <= set(words("en"))
    assert not {text for text in words("da").values() if text in words("en").values()}
