"""Forms of staffing: assignment, posts, holders, consultation hours, absences."""

from bruecke.staffing.forms.absences import AbsenceForm, DeputyForm
from bruecke.staffing.forms.figures import FiguresForm
from bruecke.staffing.forms.hours import CancelDayForm, EndHourForm, HourForm, RotationForm
from bruecke.staffing.forms.money import CostForm, PayerForm
from bruecke.staffing.forms.plan import AssignForm, EndPostForm, HolderDetailsForm, HolderForm, OwnDetailsForm, PostForm
from bruecke.staffing.forms.sheets import RecipientForm
from bruecke.staffing.forms.whatif import TakeOverForm

__all__ = [
    "AbsenceForm",
    "AssignForm",
    "CancelDayForm",
    "CostForm",
    "DeputyForm",
    "EndHourForm",
    "EndPostForm",
    "FiguresForm",
    "HolderDetailsForm",
    "HolderForm",
    "HourForm",
    "OwnDetailsForm",
    "PayerForm",
    "PostForm",
    "RecipientForm",
    "RotationForm",
    "TakeOverForm",
]
