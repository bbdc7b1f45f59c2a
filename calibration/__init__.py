"""Targets, fit, fitted values: what the unreformed world is held against, and how near it comes."""
