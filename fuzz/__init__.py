"""Tries to break Jobvej: mutations of good input, through every way in.

``python -m fuzz --cases 10000`` tries so many cases and prints what came of them; the suite tries some
hundreds (``tests/test_fuzz.py``).  A case is a *finding* if it is a traceback, takes more than two seconds,
is refused without the file and the line that it stands in, or is taken although it cannot be meant.
"""
