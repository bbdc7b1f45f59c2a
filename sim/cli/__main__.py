"""Lets ``python -m sim.cli`` work as ``jobvej`` does."""

from sim.cli import main

main()
