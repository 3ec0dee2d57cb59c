"""Writes of staffing: assignments, posts, holders, consultation hours."""

from bruecke.staffing.actions.absences import (
    AbsenceEnded,
    AbsenceStarted,
    change_absence,
    enter_absence,
    forget_old_absences,
    remove_absence,
    set_deputy,
    start_absences,
)
from bruecke.staffing.actions.assignments import assign_municipalities, undo_assignment
from bruecke.staffing.actions.holders import change_holder, forget_person, vacate_post
from bruecke.staffing.actions.hours import (
    cancel_day,
    create_hour,
    edit_hour,
    end_hour,
    reopen_hour,
    restore_day,
)
from bruecke.staffing.actions.posts import create_post, edit_own_details, edit_post, end_post, reopen_post

__all__ = [
    "AbsenceEnded",
    "AbsenceStarted",
    "assign_municipalities",
    "cancel_day",
    "change_absence",
    "change_holder",
    "create_hour",
    "create_post",
    "edit_hour",
    "edit_own_details",
    "edit_post",
    "end_hour",
    "end_post",
    "enter_absence",
    "forget_old_absences",
    "forget_person",
    "remove_absence",
    "reopen_hour",
    "reopen_post",
    "restore_day",
    "set_deputy",
    "start_absences",
    "undo_assignment",
    "vacate_post",
]
