"""Files about questions: `desk`, the list without any content; `referrals`, what was handed on; `unmet`, what is missing."""

from bruecke.enquiries.exports.desk import LIST_COLUMNS, list_rows
from bruecke.enquiries.exports.referrals import REFERRAL_COLUMNS, referral_rows
from bruecke.enquiries.exports.unmet import UNMET_COLUMNS, UnmetLine, unmet_lines, unmet_rows

__all__ = [
    "LIST_COLUMNS",
    "REFERRAL_COLUMNS",
    "UNMET_COLUMNS",
    "UnmetLine",
    "list_rows",
    "referral_rows",
    "unmet_lines",
    "unmet_rows",
]
