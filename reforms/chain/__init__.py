"""The chain of a reform on the table: from kroner to posts, hours, contact, hazards, weeks, persons, kroner.

:mod:`links` lists the links and where the evidence of each stands, :mod:`carried` follows people who would
have been hired through the baseline's and the reform's moves, :mod:`make` reckons the table of a comparison,
:mod:`read` reads it, :mod:`replaced` lets a critic put another number in a link, and :mod:`shown` prints it.
"""
