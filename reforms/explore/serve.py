"""Serves the page to this machine alone: bound to the loopback address, other host names refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.runs.folder import out_folder
from sim.runs.reading import refuse_changed
from sim.runs.store import MANIFEST

HOST = "127.0.0.1"
#: Names by which a browser on this machine may ask; any other is answered with 400.
ALLOWED = (HOST, "localhost")
#: Environment variables that pass the options of the command line to the page.
FOLDER, LANGUAGE, SCALE, END = (
    "JOBVEJ_EXPLORE_DIR",
    "JOBVEJ_LANG",
    "JOBVEJ_EXPLORE_SCALE",
    "JOBVEJ_EXPLORE_TO",
)


def settings(folder: Path, lang: str, scale: float, end: str) -> dict[str, str]:
    """Return the environment of the server: the page's options, and nothing fetched from outside.

    Solara's own files come from its assets package; an address that answers nothing stands in for the
    network from which it would fetch what the package lacks.
    """
    return {
        "SOLARA_APP": "reforms.explore.page",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_ASSETS_CDN": f"http://{HOST}:9/",
        FOLDER: str(folder.resolve()),
        LANGUAGE: lang,
        SCALE: f"{scale:g}",
        END: end,
    }


def serve(folder: Path, lang: str, scale: float, end: str, port: int) -> None:
    """Serve until Ctrl-C.

    Parameters
    ----------
    folder
        Finished results to show, or where small runs are kept; created if missing.
    lang
        'en' or 'da'.
    scale
        Share of the people simulated in small runs.
    end
        Last week of small runs, '2028-W52'.
    port
        Port on the loopback address.

    Raises
    ------
    InputError
        If the folder cannot be written or the port is taken.
    """
    import socket

    out_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from error
    if os.path.exists(folder / MANIFEST):
        refuse_changed(folder)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InputError(
                f"port {port} cannot be used: {error.strerror}; choose another with --port"
            ) from error
    os.environ.update(settings(folder, lang, scale, end))
    import uvicorn
    from solara.server.starlette import app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    guarded = OwnPagesOnly(TrustedHostMiddleware(app, allowed_hosts=list(ALLOWED)), port)
    uvicorn.run(guarded, host=HOST, port=port, log_level="error")


class OwnPagesOnly:
    """Answers the pages of this server alone: another page of the same browser gets nothing.

    A browser says of a websocket from which page it comes (Origin), and of most requests whether that is the
    same site (Sec-Fetch-Site); a websocket that does not say it comes from no browser, and is refused too.
    A link to the page may stand anywhere: it opens the page, and the other page sees nothing of it.
    """

    def __init__(self, app: Any, port: int) -> None:
        self._app = app
        self._own = {f"http://{name}:{port}".encode() for name in ALLOWED}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a connection on, or refuse it."""
        kind = scope["type"]
        if kind not in ("http", "websocket") or self._is_own(kind, scope["headers"], scope.get("method", "")):
            await self._app(scope, receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not a page of this server"})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"not a page of this server"})

    def _is_own(self, kind: str, headers: list[tuple[bytes, bytes]], method: str) -> bool:
        origins = [value for name, value in headers if name.lower() == b"origin"]
        sites = [value for name, value in headers if name.lower() == b"sec-fetch-site"]
        if any(origin not in self._own for origin in origins):
            return False
        if kind == "websocket":
            return len(origins) == 1
        if method not in ("GET", "HEAD"):
            return bool(origins)
        said = dict(headers)
        opened = (said.get(b"sec-fetch-mode"), said.get(b"sec-fetch-dest")) == (b"navigate", b"document")
        return opened or not sites or any(site in (b"same-origin", b"none") for site in sites)
