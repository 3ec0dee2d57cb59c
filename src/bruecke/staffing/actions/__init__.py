"""Writes of staffing: assignments, posts, holders, consultation hours."""

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
    "assign_municipalities",
    "cancel_day",
    "change_holder",
    "create_hour",
    "create_post",
    "edit_hour",
    "edit_own_details",
    "edit_post",
    "end_hour",
    "end_post",
    "forget_person",
    "reopen_hour",
    "reopen_post",
    "restore_day",
    "undo_assignment",
    "vacate_post",
]
