"""Reads of data protection, by subject: `record`, `erasures`, `requests`, `breaches`, `todos`; import the module you need."""
