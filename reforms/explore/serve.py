"""Serves the page to this machine alone: bound to the loopback address, other host names refused."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import InputError

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

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from error
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

    uvicorn.run(
        TrustedHostMiddleware(app, allowed_hosts=list(ALLOWED)), host=HOST, port=port, log_level="error"
    )
