"""Addresses of figures behind the desk's door."""
