"""Addresses below `/intern/konto/`: log in and out, second factor, invitation, new password. The rest of allauth is not mounted."""

from django.urls import include, path

from bruecke.accounts.views import confirm, entrance, passkeys, sso

own_patterns = (
    [
        path("abmelden/", entrance.Logout.as_view(), name="logout"),
        path("bestaetigen/", confirm.Confirm.as_view(), name="confirm"),
        path("zweiter-schritt/", entrance.SetUpTotp.as_view(), name="totp"),
        path("passkey/", passkeys.PasskeyDoor.as_view(), name="passkey"),
        path("passwort/", entrance.RequestReset.as_view(), name="password-reset"),
        path("passwort/<str:token>/", entrance.ConfirmReset.as_view(), name="password-reset-confirm"),
        path("dienst/<slug:slug>/", sso.StartSso.as_view(), name="sso"),
        path("dienst/<slug:slug>/zurueck/", sso.SsoCallback.as_view(), name="sso-callback"),
        path("einladung/<str:token>/dienst/", sso.InvitedBySso.as_view(), name="invitation-sso"),
        path("einladung/<str:token>/", entrance.AcceptInvitation.as_view(), name="invitation"),
    ],
    "konto",
)

urlpatterns = [
    path("anmelden/", entrance.Login.as_view(), name="account_login"),
    path("code/", entrance.EnterCode.as_view(), name="mfa_authenticate"),
    path("", include(own_patterns)),
]
