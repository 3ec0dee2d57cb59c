"""Forms of questions: `public` for residents, `desk` for the office, `languages` for what people call their language."""

from bruecke.enquiries.forms.desk import (
    STILL_OPEN,
    AnswerForm,
    AssignForm,
    CaptureForm,
    CloseForm,
    HeadlineForm,
    InboxFilter,
    NoteForm,
)
from bruecke.enquiries.forms.languages import recognise_languages
from bruecke.enquiries.forms.public import AskForm, CodeForm, FollowUpForm, read_addressee, sign_addressee
from bruecke.enquiries.queries.scripts import language_by_script

__all__ = [
    "STILL_OPEN",
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "CaptureForm",
    "CloseForm",
    "CodeForm",
    "FollowUpForm",
    "HeadlineForm",
    "InboxFilter",
    "NoteForm",
    "language_by_script",
    "read_addressee",
    "recognise_languages",
    "sign_addressee",
]
