"""Targets, fit, fitted point: what the unreformed world is held against, and how near it comes."""
