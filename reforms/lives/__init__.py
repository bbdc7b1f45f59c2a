"""Two lives: the same simulated person with and without a reform, picked by rule, and where the ways part."""
