"""Reforms: text files that change parameters by date, read, combined, checked and compared.

>>> from reforms import load, catalogue, compare
>>> load("no-focus-targets+cut-3bn").first_change
datetime.date(2026, 1, 1)
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reforms.check import check
    from reforms.load import catalogue, load
    from reforms.reform import Reform, combine
    from reforms.results import compare

#: What the package offers, and the module that has it; each is imported when it is first asked for.
_HOMES = {
    "Reform": "reforms.reform",
    "catalogue": "reforms.load",
    "check": "reforms.check",
    "combine": "reforms.reform",
    "compare": "reforms.results",
    "load": "reforms.load",
}

__all__ = ["Reform", "catalogue", "check", "combine", "compare", "load"]


class _Package(ModuleType):
    """Keeps ``reforms.load`` the function: Python would put the module of that name in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        value = getattr(import_module(_HOMES[name]), name)
        setattr(self, name, value)
        return value


sys.modules[__name__].__class__ = _Package
