"""Targets, fit, fitted values: what the baseline is held against, and how near it comes."""
