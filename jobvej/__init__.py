"""The door of Jobvej: what a notebook imports.  The command line lies behind it (:mod:`jobvej.cli`)."""
