"""The frontier between simplification and cuts: how much must go first for a cut not to do harm.

>>> from reforms.frontier import read
>>> read("results/frontier").figure("da")  # doctest: +SKIP
"""

from reforms.frontier.results import Frontier, read

__all__ = ["Frontier", "read"]
