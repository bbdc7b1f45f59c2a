"""Virtual trials: published experiments run again inside the model, with the paper's own estimator.

``schema`` says what a trial file holds, ``library`` finds and reads them, ``participants`` decides who takes
part and keeps their weeks, ``trial_runs`` simulates one run (and its untreated twin), ``estimators`` are
the papers', ``results`` brings runs together and judges them against what was published.
"""
