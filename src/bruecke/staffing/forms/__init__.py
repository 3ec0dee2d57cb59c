"""Forms of staffing: assignment, posts, holders, consultation hours, absences."""

from bruecke.staffing.forms.absences import AbsenceForm, DeputyForm
from bruecke.staffing.forms.plan import (
    AssignForm,
    CancelDayForm,
    EndHourForm,
    EndPostForm,
    HolderForm,
    HourForm,
    OwnDetailsForm,
    PostForm,
)

__all__ = [
    "AbsenceForm",
    "AssignForm",
    "CancelDayForm",
    "DeputyForm",
    "EndHourForm",
    "EndPostForm",
    "HolderForm",
    "HourForm",
    "OwnDetailsForm",
    "PostForm",
]
