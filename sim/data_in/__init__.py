"""Figures that a user brings: tables of Jobindsats and StatBank as those sites hand them out, and extracts.

Whatever the file, what is read has the same tidy form: code (0: the country), month, measure, unit, value.
``docs/data-in.md`` says what is read and how; :mod:`sim.start` begins runs from it.
"""
