"""Lets ``python -m jobvej.cli`` work as ``jobvej`` does."""

from jobvej.cli import main

main()
