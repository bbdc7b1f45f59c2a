"""Terms of the weekly hazard of a job, one file each: found here by themselves, added up in ``log_hazard``.

A new term is one file with ``rules``, ``of_client`` and a :class:`~sim.mechanism.Term`; nothing else is
edited.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sim.engine.compiled import part
from sim.mechanism import Term

#: In the order of the files' names: the order in which they are added up.
TERMS: tuple[Term, ...] = tuple(
    import_module(f"{__name__}.{found.name}").TERM
    for found in sorted(iter_modules(__path__), key=lambda found: found.name)
)


def _sum_of_terms() -> Any:
    """Return the compiled sum: numba needs each term by name, so its text is written from the list."""
    terms = " + ".join(f"on[{at}] * term_{at}(i, now, k, cw, r[{at}])" for at in range(len(TERMS)))
    text = f"def log_hazard(i, now, k, cw, r, on):\n    return {terms}\n"
    names: dict[str, Any] = {f"term_{at}": term.of_client for at, term in enumerate(TERMS)}
    exec(compile(text, __file__, "exec"), names)  # noqa: S102 - the text above and nothing else
    return part(names["log_hazard"])


#: Sum of the terms of the client in row ``i``: (i, now, clients, caseworkers, rules of the terms, on) with
#: ``on`` (terms,) 1 or 0.
log_hazard: Callable[..., float] = _sum_of_terms()
