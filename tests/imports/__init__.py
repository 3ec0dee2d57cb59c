"""Pages that take tables over, with a small kind of table of their own."""
