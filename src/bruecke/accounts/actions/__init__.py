"""Writes of accounts, by subject: people, memberships, controllers, credentials, sessions."""

from bruecke.accounts.actions.controllers import create_controller, create_unit, edit_controller, edit_unit
from bruecke.accounts.actions.credentials import (
    accept_code,
    activate_totp,
    change_name,
    change_password,
    renew_recovery_codes,
    request_password_reset,
    reset_password,
    reset_second_factor,
)
from bruecke.accounts.actions.memberships import add_membership, set_membership_end
from bruecke.accounts.actions.people import (
    INVITATION,
    accept_invitation,
    delete_account,
    forget_account,
    invite_person,
    lock_account,
    resend_invitation,
    unlock_account,
    withdraw_invitation,
)
from bruecke.accounts.actions.sessions import (
    NOTED_EVERY,
    close_all_sessions,
    close_session,
    end_session,
    forget_old_sessions,
    note_session,
)

__all__ = [
    "INVITATION",
    "NOTED_EVERY",
    "accept_code",
    "accept_invitation",
    "activate_totp",
    "add_membership",
    "change_name",
    "change_password",
    "close_all_sessions",
    "close_session",
    "create_controller",
    "create_unit",
    "delete_account",
    "edit_controller",
    "edit_unit",
    "end_session",
    "forget_account",
    "forget_old_sessions",
    "invite_person",
    "lock_account",
    "note_session",
    "renew_recovery_codes",
    "request_password_reset",
    "resend_invitation",
    "reset_password",
    "reset_second_factor",
    "set_membership_end",
    "unlock_account",
    "withdraw_invitation",
]
