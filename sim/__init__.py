"""Jobvej: an agent-based simulation of the Danish employment system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model import LabourMarket

__all__ = ["LabourMarket"]


def __getattr__(name: str) -> Any:
    """Import the model only when it is asked for: listing reforms must not pay for it."""
    if name == "LabourMarket":
        from sim.model import LabourMarket

        return LabourMarket
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
