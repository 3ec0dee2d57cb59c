"""Addresses at the desk of a district: one's own account, people, controllers, settings, audit log."""

from django.urls import path

from bruecke.accounts.views import controllers, log, own, passkeys, people, settings, sign_in

app_name = "accounts"

urlpatterns = [
    path("mein-zugang/", own.Profile.as_view(), name="profile"),
    path("mein-zugang/name/", own.ChangeName.as_view(), name="name-change"),
    path("mein-zugang/darstellung/", own.ChangeTheme.as_view(), name="theme-change"),
    path("mein-zugang/passwort/", own.ChangePassword.as_view(), name="password-change"),
    path("mein-zugang/telefon/", own.ReplaceTotp.as_view(), name="totp-replace"),
    path("mein-zugang/ersatzcodes/", own.RecoveryCodes.as_view(), name="recovery-codes"),
    path("mein-zugang/passkeys/neu/", passkeys.AddPasskey.as_view(), name="passkey-add"),
    path("mein-zugang/passkeys/<str:passkey_uid>/", passkeys.RenamePasskey.as_view(), name="passkey-rename"),
    path("mein-zugang/passkeys/<str:passkey_uid>/entfernen/", passkeys.RemovePasskey.as_view(), name="passkey-remove"),
    path("mein-zugang/anmeldedienst/", sign_in.LinkIdentity.as_view(), name="identity-link"),
    path("mein-zugang/anmeldedienst/loesen/", sign_in.UnlinkIdentity.as_view(), name="identity-unlink"),
    path("mein-zugang/anmeldungen/", own.CloseSessions.as_view(), name="sessions-close"),
    path("mein-zugang/anmeldungen/<str:session_uid>/", own.CloseSession.as_view(), name="session-close"),
    path("abmelden/", own.DeskLogout.as_view(), name="logout"),
    path("zugaenge/", people.PeopleList.as_view(), name="people"),
    path("zugaenge/datei/", people.ExportPeople.as_view(), name="people-export"),
    path("zugaenge/einladen/", people.Invite.as_view(), name="person-invite"),
    path("zugaenge/<str:uid>/", people.PersonPage.as_view(), name="person"),
    path("zugaenge/<str:uid>/rolle/", people.AddMembership.as_view(), name="membership-add"),
    path("zugaenge/<str:uid>/rolle/<str:membership_uid>/", people.EndMembership.as_view(), name="membership-end"),
    path("zugaenge/<str:uid>/rolle/<str:membership_uid>/zurueck/", people.UndoEnd.as_view(), name="membership-undo"),
    path("zugaenge/<str:uid>/einladung/", people.ResendInvitation.as_view(), name="invitation-resend"),
    path("zugaenge/<str:uid>/einladung/zurueckziehen/", people.WithdrawInvitation.as_view(), name="invitation-withdraw"),
    path("zugaenge/<str:uid>/sperren/", people.Lock.as_view(), name="person-lock"),
    path("zugaenge/<str:uid>/entsperren/", people.Unlock.as_view(), name="person-unlock"),
    path("zugaenge/<str:uid>/zweiter-schritt/", people.ResetTotp.as_view(), name="totp-reset"),
    path("zugaenge/<str:uid>/loeschen/", people.Delete.as_view(), name="person-delete"),
    path("verantwortliche/", controllers.ControllerList.as_view(), name="controllers"),
    path("verantwortliche/neu/", controllers.CreateController.as_view(), name="controller-create"),
    path("verantwortliche/<str:uid>/", controllers.EditController.as_view(), name="controller-edit"),
    path("verantwortliche/<str:uid>/einheit/", controllers.CreateUnit.as_view(), name="unit-create"),
    path("einheiten/<str:uid>/", controllers.EditUnit.as_view(), name="unit-edit"),
    path("anmeldedienst/", sign_in.EditService.as_view(), name="sign-in-service"),
    path("anmeldedienst/pruefen/", sign_in.CheckService.as_view(), name="sign-in-service-check"),
    path("anmeldedienst/entfernen/", sign_in.RemoveService.as_view(), name="sign-in-service-remove"),
    path("einstellungen/", settings.SettingList.as_view(), name="settings"),
    path("einstellungen/<str:key>/", settings.ChangeSetting.as_view(), name="setting-change"),
    path("protokoll/datei/", log.ExportLog.as_view(), name="audit-log-export"),
    path("protokoll/", log.AuditLog.as_view(), name="audit-log"),
]
