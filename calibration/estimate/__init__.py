"""Calibration: simulated moments, emulators, a posterior ensemble of parameter sets.

In order: what is free (:mod:`~calibration.estimate.problem`), one simulated run a point of the design
(:mod:`~calibration.estimate.points`), emulators of the moments, the posterior on them and the ensemble that
is simulated (:mod:`~calibration.estimate.posterior`), all of it and what is written in
:mod:`~calibration.estimate.run`.  The method with its equations: docs/calibration.md.
"""
