"""Classification of fields, words of the audit log, and what is erased of a person."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import (
    AuditVerb,
    Eraser,
    NotPersonal,
    PersonalData,
    Subject,
    audit_verbs,
    erasers,
    not_personal,
    personal_data,
)
from bruecke.staffing import actions

_STAFF = _("Mitarbeitende der Integrationskoordination")
_BASIS = "§ 11 SächsDSDG, Art. 6 Abs. 1 Buchst. e DSGVO"
for _field, _purpose, _retention in (
    ("Post.mailbox", _("erreichbar sein; ein Funktionspostfach"), _("solange es die Stelle gibt")),
    ("Post.phone", _("erreichbar sein; ein Dienstanschluss"), _("solange es die Stelle gibt")),
    ("Post.languages", _("Ratsuchenden sagen, welche Sprachen gesprochen werden"), _("solange es die Stelle gibt")),
    (
        "PostHolder.public_name",
        _("Name auf der öffentlichen Seite, nur mit Freigabe"),
        _("bis die Freigabe endet oder der Zugang gelöscht wird"),
    ),
    ("HandOver.note", _("einer Nachfolge sagen, was sie wissen muss"), _("zwei Jahre nach der Übergabe")),
):
    personal_data.register(
        PersonalData(key=f"staffing.{_field}", subject=_STAFF, purpose=_purpose, legal_basis=_BASIS, retention=_retention)
    )
_CHAIN = _("Ansprechpersonen von Städten, Gemeinden und Behörden")
for _field in ("name", "phone", "other_phone", "mailbox"):
    personal_data.register(
        PersonalData(
            key=f"staffing.EscalationContact.{_field}",
            subject=_CHAIN,
            purpose=_("bei Konflikten und Gefahr schnell die Richtigen erreichen"),
            legal_basis=_BASIS,
            retention=_("bis der Eintrag gelöscht wird; jährlich zu prüfen"),
        )
    )
personal_data.register(
    PersonalData(
        key="staffing.EscalationNotice.note",
        subject=_CHAIN,
        purpose=_("nachweisen, wer wann benachrichtigt wurde"),
        legal_basis=_BASIS,
        retention=_("drei Jahre"),
    )
)
personal_data.register(
    PersonalData(
        key="staffing.SheetRecipient.email",
        subject=_CHAIN,
        purpose=_("die Übersicht des Quartals zustellen"),
        legal_basis=_BASIS,
        retention=_("bis die Zustellung abbestellt wird"),
    )
)
for _field, _reason in (
    ("Post.title", "name of a function"),
    ("Post.area_name", "names of places"),
    ("Assignment.before", "keys of municipalities and posts, days"),
    ("Assignment.after", "keys of municipalities and posts, days"),
    ("Post.kind", "kind of a function"),
    ("Post.attached_to", "name of an office"),
    ("Post.line_supervision", "name of a function"),
    ("Post.technical_supervision", "name of a function"),
    ("Post.need_note", "reasons for a post"),
    ("PostPayer.kind", "kind of a payer"),
    ("PostPayer.name", "name of a payer"),
    ("PostPayer.file_number", "number of a decision"),
    ("PostCost.source", "name of a document"),
    ("MunicipalityFigure.kind", "kind of a count"),
    ("MunicipalityFigure.source", "name of a publication"),
    ("HandOver.state", "state of a hand-over"),
    ("HandOver.ticked", "keys of points, days"),
    ("EscalationContact.function", "name of a function"),
    ("EscalationContact.note", "when to call"),
    ("EscalationNotice.function", "name of a function"),
    ("EscalationNotice.channel", "kind of a channel"),
    ("ConsultationHour.weeks_of_month", "numbers"),
    ("ConsultationHour.note", "shown in public, for instance a room"),
    ("ConsultationException.reason", "shown in public, for instance a holiday"),
):
    not_personal.register(NotPersonal(key=f"staffing.{_field}", reason=_reason))


def _erase(subject: Subject, now: datetime) -> int:
    return actions.forget_person(subject.uid) if subject.kind == "account" else 0


erasers.register(Eraser(key="staffing", erase=_erase, order=300))


for _verb, _label in (
    ("municipalities_assigned", _("Gemeinden zugeordnet")),
    ("assignment_undone", _("Zuordnung zurückgenommen")),
    ("post_created", _("Stelle angelegt")),
    ("post_changed", _("Stelle geändert")),
    ("post_ended", _("Stelle beendet")),
    ("post_reopened", _("Ende einer Stelle zurückgenommen")),
    ("holder_changed", _("Stelle besetzt")),
    ("post_vacated", _("Stelle unbesetzt")),
    ("hour_created", _("Sprechstunde angelegt")),
    ("hour_changed", _("Sprechstunde geändert")),
    ("hour_ended", _("Sprechstunde beendet")),
    ("hour_reopened", _("Ende einer Sprechstunde zurückgenommen")),
    ("hour_cancelled", _("Sprechstunde fällt einmal aus")),
    ("topic_given", _("Thema zugeordnet")),
    ("topic_ended", _("Zuständigkeit für ein Thema beendet")),
    ("topic_reopened", _("Ende der Zuständigkeit für ein Thema zurückgenommen")),
    ("topic_removed", _("Zuständigkeit für ein Thema zurückgenommen")),
    ("absence_entered", _("Abwesenheit eingetragen")),
    ("absence_changed", _("Abwesenheit geändert")),
    ("absence_removed", _("Abwesenheit zurückgenommen")),
    ("deputy_set", _("Vertretung festgelegt")),
    ("hour_restored", _("Ausfall einer Sprechstunde zurückgenommen")),
):
    audit_verbs.register(AuditVerb(key=f"staffing.{_verb}", label=_label))
