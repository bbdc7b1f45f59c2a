"""Who pays: accounts as municipalities keep them, and the public balance by two conventions."""

from __future__ import annotations

from reforms.accounts.budget import Budget, read_budget
from reforms.accounts.sheet import sheet

__all__ = ["Budget", "read_budget", "sheet"]
