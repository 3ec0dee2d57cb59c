"""Desk pages of the inventory."""
