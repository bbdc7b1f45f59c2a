"""A page to play with: levers on the left, durations, costs and the map of municipalities on the right.

``jobvej explore DIR`` serves it to this machine alone.  Every setting of the levers is one comparison
of paired runs, made by the very command that the page shows and kept in ``DIR``; a finished comparison in
``DIR`` can be looked at as well.
"""
