"""Addresses of questions behind the two doors."""
