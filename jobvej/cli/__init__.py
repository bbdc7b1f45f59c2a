"""The command line: ``app`` holds the commands, one file for each kind of them."""

from jobvej.cli.app import app, main

__all__ = ["app", "main"]
