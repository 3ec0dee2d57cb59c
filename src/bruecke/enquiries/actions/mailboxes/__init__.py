"""Function mailboxes: set up (`editing`), spoken to (`imap`), read (`fetching`), and each mail made a question (`taking`)."""

from bruecke.enquiries.actions.mailboxes.editing import (
    MAILBOX_FIELDS,
    check_mailbox,
    create_mailbox,
    edit_mailbox,
    remove_mailbox,
    settle_set_aside,
    switch_mailbox,
)
from bruecke.enquiries.actions.mailboxes.fetching import FOLDER, KEEP_MESSAGES, fetch_mailbox, forget_messages
from bruecke.enquiries.actions.mailboxes.imap import Trouble

__all__ = [
    "FOLDER",
    "KEEP_MESSAGES",
    "MAILBOX_FIELDS",
    "Trouble",
    "check_mailbox",
    "create_mailbox",
    "edit_mailbox",
    "fetch_mailbox",
    "forget_messages",
    "remove_mailbox",
    "settle_set_aside",
    "switch_mailbox",
]
