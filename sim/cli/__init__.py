"""The command line: ``app`` holds the commands, one file for each kind of them."""

from sim.cli.app import app, main

__all__ = ["app", "main"]
