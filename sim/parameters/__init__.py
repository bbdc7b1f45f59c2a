"""Every number of the model: value, unit, date, source, confidence.

Three kinds, never mixed up: **law** (dated rules and rates), **evidence** (estimated effects) and
**assumption** (no source: range and reason).  The numbers stand in the YAML files of the three folders;
``docs/parameters.md`` says how one is written and how reforms change it.
"""

from sim.parameters.changes import Change, Origin
from sim.parameters.loading import load_parameters
from sim.parameters.parameter import Parameter, Prior, Source
from sim.parameters.parameter_set import ParameterSet, Resolved, stacked, with_values

__all__ = [
    "Change",
    "Origin",
    "Parameter",
    "ParameterSet",
    "Prior",
    "Resolved",
    "Source",
    "load_parameters",
    "stacked",
    "with_values",
]
