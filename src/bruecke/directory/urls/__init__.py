"""Addresses of the directory behind the two doors."""
