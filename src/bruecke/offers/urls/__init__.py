"""Addresses of offers behind the two doors."""
