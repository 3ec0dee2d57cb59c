"""The first day: a list of contacts from Excel, Outlook or a telephone becomes organisations and contact persons."""

from bruecke.directory.importers.contacts import CONTACTS

__all__ = ["CONTACTS"]
