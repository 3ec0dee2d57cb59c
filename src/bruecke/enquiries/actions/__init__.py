"""Writes of questions, by who does them: residents (`receiving`), the office (`desk`), the clock (`keeping`)."""

from bruecke.enquiries.actions.desk.capturing import capture_enquiry, undo_capture
from bruecke.enquiries.actions.desk.working import (
    add_note,
    answer_enquiry,
    assign_enquiry,
    close_enquiry,
    draft_key,
    open_enquiry,
    release_enquiry,
    rename_enquiry,
    reopen_enquiry,
    take_over_enquiry,
    undo_step,
)
from bruecke.enquiries.actions.events import (
    EnquiryAnswered,
    EnquiryAssigned,
    EnquiryClosed,
    EnquiryErased,
    EnquiryFollowedUp,
    EnquiryReceived,
    EnquiryReopened,
)
from bruecke.enquiries.actions.keeping import apply_retention, close_silent, erase_enquiry
from bruecke.enquiries.actions.receiving import (
    Question,
    add_follow_up,
    delete_own_enquiry,
    note_own_data,
    receipt_hash,
    submit_enquiry,
    withdraw_consent,
)
from bruecke.enquiries.actions.traces import ANSWER_WITHIN, CLOSE_AFTER_DAYS, RETENTION_MONTHS

__all__ = [
    "ANSWER_WITHIN",
    "CLOSE_AFTER_DAYS",
    "RETENTION_MONTHS",
    "EnquiryAnswered",
    "EnquiryAssigned",
    "EnquiryClosed",
    "EnquiryErased",
    "EnquiryFollowedUp",
    "EnquiryReceived",
    "EnquiryReopened",
    "Question",
    "add_follow_up",
    "add_note",
    "answer_enquiry",
    "apply_retention",
    "assign_enquiry",
    "capture_enquiry",
    "close_enquiry",
    "close_silent",
    "delete_own_enquiry",
    "draft_key",
    "erase_enquiry",
    "note_own_data",
    "open_enquiry",
    "receipt_hash",
    "release_enquiry",
    "rename_enquiry",
    "reopen_enquiry",
    "submit_enquiry",
    "take_over_enquiry",
    "undo_capture",
    "undo_step",
    "withdraw_consent",
]
