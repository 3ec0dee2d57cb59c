"""Writes of data protection, by subject: `record`, `protocol`, `requests`, `collecting`, `erasing`, `breaches`, `forgetting`."""
