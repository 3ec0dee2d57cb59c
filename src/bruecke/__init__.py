"""Brücke: workplace and public front door of kommunale Integrationskoordination."""

RELEASE = "0.1.0"
