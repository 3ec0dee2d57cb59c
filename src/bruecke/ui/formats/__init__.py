"""Formats of dates, times and numbers, the same in every language: German order, Western digits."""
