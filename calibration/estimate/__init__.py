"""Calibration: simulated moments, a Gaussian-process surrogate, a posterior ensemble of parameter sets.

In order: what is free (:mod:`~calibration.estimate.problem`), a quasi-random design over the priors
(:mod:`~calibration.estimate.design`), one simulated world a point (:mod:`~calibration.estimate.points`), a
surrogate per moment (:mod:`~calibration.estimate.surrogate`), the posterior on the surrogate and the ensemble
that is simulated (:mod:`~calibration.estimate.posterior`), all of it in :mod:`~calibration.estimate.run`.
The method with its equations: docs/calibration.md.
"""
