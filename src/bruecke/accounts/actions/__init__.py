"""Writes of accounts, by subject: people, memberships, controllers, credentials, sessions."""

from bruecke.accounts.actions.cards import arrange_cards
from bruecke.accounts.actions.confirming import confirm_person, note_confirmed
from bruecke.accounts.actions.controllers import create_controller, create_unit, edit_controller, edit_unit
from bruecke.accounts.actions.credentials import (
    accept_code,
    activate_totp,
    change_name,
    change_password,
    change_theme,
    renew_recovery_codes,
    request_password_reset,
    reset_password,
    reset_second_factor,
)
from bruecke.accounts.actions.memberships import add_membership, set_membership_end
from bruecke.accounts.actions.passkeys import accept_passkey, add_passkey, remove_passkey, rename_passkey
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
from bruecke.accounts.actions.sign_in import (
    SERVICE_FIELDS,
    accept_invitation_by_service,
    link_identity,
    note_identity_used,
    remove_sign_in_service,
    save_sign_in_service,
    unlink_identity,
)

__all__ = [
    "INVITATION",
    "NOTED_EVERY",
    "SERVICE_FIELDS",
    "accept_code",
    "accept_invitation",
    "accept_invitation_by_service",
    "accept_passkey",
    "activate_totp",
    "add_membership",
    "add_passkey",
    "arrange_cards",
    "change_name",
    "change_password",
    "change_theme",
    "close_all_sessions",
    "close_session",
    "confirm_person",
    "create_controller",
    "create_unit",
    "delete_account",
    "edit_controller",
    "edit_unit",
    "end_session",
    "forget_account",
    "forget_old_sessions",
    "invite_person",
    "link_identity",
    "lock_account",
    "note_confirmed",
    "note_identity_used",
    "note_session",
    "remove_passkey",
    "remove_sign_in_service",
    "rename_passkey",
    "renew_recovery_codes",
    "request_password_reset",
    "resend_invitation",
    "reset_password",
    "reset_second_factor",
    "save_sign_in_service",
    "set_membership_end",
    "unlink_identity",
    "unlock_account",
    "withdraw_invitation",
]
