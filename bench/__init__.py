"""Measurements of the house: `python -m bench` prints a table and writes `bench/README.md`."""
