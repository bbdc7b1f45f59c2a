"""What happens in a week, one file for each mechanism; :data:`MECHANISMS` lists them."""

from sim.mechanisms.registry import MECHANISMS, NAMES, Mechanism

__all__ = ["MECHANISMS", "NAMES", "Mechanism"]
