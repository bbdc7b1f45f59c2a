"""How fast the model is, beside the same rules as Mesa agents and in plain numpy: ``make bench``."""
