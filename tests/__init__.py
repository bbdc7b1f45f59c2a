"""Tests of Jobvej."""
