"""Reads the words of designs, bridges and tables of beliefs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from reforms.words import words_in

#: The words of a part of the file, by name: :func:`reforms.words.words_in`.
words_of = partial(words_in, Path(__file__).with_name("texts.yaml"))
