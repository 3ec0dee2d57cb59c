"""Forms of accounts: for the way in and one's own account (`own`), and for the administration pages (`administration`)."""

from bruecke.accounts.forms.administration import (
    AuditFilter,
    ControllerForm,
    EndMembershipForm,
    InviteForm,
    MembershipForm,
    PeopleFilter,
    SettingForm,
    UnitForm,
)
from bruecke.accounts.forms.own import (
    ChangePasswordForm,
    CodeForm,
    InvitationForm,
    LoginForm,
    NameForm,
    NewPasswordForm,
    PasswordOnlyForm,
    ReplaceTotpForm,
    ResetRequestForm,
    TotpForm,
)

__all__ = [
    "AuditFilter",
    "ChangePasswordForm",
    "CodeForm",
    "ControllerForm",
    "EndMembershipForm",
    "InvitationForm",
    "InviteForm",
    "LoginForm",
    "MembershipForm",
    "NameForm",
    "NewPasswordForm",
    "PasswordOnlyForm",
    "PeopleFilter",
    "ReplaceTotpForm",
    "ResetRequestForm",
    "SettingForm",
    "TotpForm",
    "UnitForm",
]
