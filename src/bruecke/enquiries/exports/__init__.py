"""Files about questions: `desk`, the list without any content."""

from bruecke.enquiries.exports.desk import list_as_csv

__all__ = ["list_as_csv"]
