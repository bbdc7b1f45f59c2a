"""Decide: the least harmful saving, everybody's beliefs, the bridge between them, packages under stress.

All of them run pairs of worlds, without and with a reform, in which something is the same within a pair and
another in the next: levers, assumptions, demand.  :mod:`reforms.decide.paired` runs the pairs through the one
executor and store, :mod:`reforms.decide.goals` says what is asked of each.
"""
