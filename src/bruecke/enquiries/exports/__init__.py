"""Files about questions: `desk_list`, the list without any content."""

from bruecke.enquiries.exports.desk_list import list_as_csv

__all__ = ["list_as_csv"]
