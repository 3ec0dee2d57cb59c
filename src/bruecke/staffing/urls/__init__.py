"""Addresses of staffing behind the two doors."""
