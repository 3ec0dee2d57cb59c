"""Writes of the office: `working` on one question, `notices` to the office."""
