"""Desk addresses of questions."""

from django.urls import path

from bruecke.enquiries.views.desk import capture, detail, files, inbox, mailboxes, referring, suggesting

app_name = "enquiries"
urlpatterns = [
    path("fragen/", inbox.Inbox.as_view(), name="inbox"),
    path("fragen/liste.csv", inbox.Export.as_view(), name="export"),
    path("fragen/erfassen/", capture.Capture.as_view(), name="capture"),
    path("fragen/erfassen/<str:uid>/zuruecknehmen/", capture.UndoCapture.as_view(), name="capture-undo"),
    path("fragen/<str:uid>/", detail.Detail.as_view(), name="detail"),
    path("fragen/<str:uid>/dateien/<str:file_uid>/", files.AttachedFile.as_view(), name="file"),
    path("fragen/<str:uid>/dateien/<str:file_uid>/vorschau/", files.Preview.as_view(), name="file-preview"),
    path("fragen/<str:uid>/notiz/", detail.Note.as_view(), name="note"),
    path("fragen/<str:uid>/kurztitel/", detail.Headline.as_view(), name="headline"),
    path("fragen/<str:uid>/zuweisen/", detail.Assign.as_view(), name="assign"),
    path("fragen/<str:uid>/uebernehmen/", detail.TakeOver.as_view(), name="take-over"),
    path("fragen/<str:uid>/abschliessen/", detail.Close.as_view(), name="close"),
    path("fragen/<str:uid>/wieder-oeffnen/", detail.Reopen.as_view(), name="reopen"),
    path("fragen/<str:uid>/zuruecknehmen/", detail.Undo.as_view(), name="undo"),
    path("fragen/<str:uid>/angebote/", suggesting.Suggestions.as_view(), name="suggestions"),
    path("fragen/<str:uid>/angebote/<str:offer_uid>/passt-nicht/", suggesting.Misfit.as_view(), name="misfit"),
    path("fragen/<str:uid>/angebote/<str:offer_uid>/passt-doch/", suggesting.MisfitUndo.as_view(), name="misfit-undo"),
    path("fragen/<str:uid>/angebote/<str:offer_uid>/einfuegen/", suggesting.Insert.as_view(), name="insert"),
    path("fragen/<str:uid>/angebote/<str:offer_uid>/vermitteln/", referring.Refer.as_view(), name="refer"),
    path("fragen/<str:uid>/fehlt/", suggesting.Unmet.as_view(), name="unmet"),
    path("fragen/<str:uid>/fehlt/zuruecknehmen/", suggesting.UnmetUndo.as_view(), name="unmet-undo"),
    path("vermittlungen/", referring.Referrals.as_view(), name="referrals"),
    path("vermittlungen/<str:uid>/", referring.ReferralDetail.as_view(), name="referral"),
    path("vermittlungen/<str:uid>/zustimmen/", referring.ConfirmDanger.as_view(), name="referral-confirm"),
    path("vermittlungen/<str:uid>/erledigt/", referring.FinishReferral.as_view(), name="referral-finish"),
    path("vermittlungen/<str:uid>/zurueckziehen/", referring.RevokeReferral.as_view(), name="referral-revoke"),
    path("postfaecher/", mailboxes.Mailboxes.as_view(), name="mailboxes"),
    path("postfaecher/neu/", mailboxes.CreateMailbox.as_view(), name="mailbox-create"),
    path("postfaecher/<str:uid>/", mailboxes.MailboxPage.as_view(), name="mailbox"),
    path("postfaecher/<str:uid>/aendern/", mailboxes.EditMailbox.as_view(), name="mailbox-edit"),
    path("postfaecher/<str:uid>/pruefen/", mailboxes.CheckMailbox.as_view(), name="mailbox-check"),
    path("postfaecher/<str:uid>/schalten/", mailboxes.SwitchMailbox.as_view(), name="mailbox-switch"),
    path("postfaecher/<str:uid>/angesehen/", mailboxes.SettleMailbox.as_view(), name="mailbox-settle"),
    path("postfaecher/<str:uid>/entfernen/", mailboxes.RemoveMailbox.as_view(), name="mailbox-remove"),
    path("fehlende-angebote/", suggesting.UnmetList.as_view(), name="unmet-list"),
    path("fehlende-angebote/export/<str:fmt>/", suggesting.UnmetExport.as_view(), name="unmet-export"),
]
