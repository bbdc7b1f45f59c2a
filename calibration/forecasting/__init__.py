"""Months ahead: the model's path and statistical ones weighed together, with fans, and how good they were."""
