# mypy: disable-error-code="django-manager-missing"
"""Requests of persons concerned (Art. 15, 17, 20 DSGVO) and the records they are about; no workflow here."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller
from bruecke.core.models import StoredFile
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.privacy.querysets import RequestQuerySet
from bruecke.privacy.states import IdentityCheck, RequestKind, RequestState, RequestWay

REQUEST_LABELS: dict[RequestKind, Any] = {
    RequestKind.ACCESS: _("Auskunft (Art. 15)"),
    RequestKind.PORTABILITY: _("Herausgabe zum Mitnehmen (Art. 20)"),
    RequestKind.ERASURE: _("Löschung (Art. 17)"),
}
REQUEST_STATE_LABELS: dict[RequestState, Any] = {
    RequestState.OPEN: _("offen"),
    RequestState.ANSWERED: _("beantwortet"),
    RequestState.DECLINED: _("abgelehnt"),
}
WAY_LABELS: dict[RequestWay, Any] = {
    RequestWay.LETTER: _("Brief"),
    RequestWay.EMAIL: _("E-Mail"),
    RequestWay.PHONE: _("Telefon"),
    RequestWay.IN_PERSON: _("persönlich"),
}
IDENTITY_LABELS: dict[IdentityCheck, Any] = {
    IdentityCheck.NONE: _("noch nicht geprüft"),
    IdentityCheck.CODE: _("Quittungscode genannt"),
    IdentityCheck.KNOWN_ADDRESS: _("über eine bekannte Adresse zurückgefragt"),
    IdentityCheck.SHOWN_PAPERS: _("Ausweis vorgezeigt, keine Kopie"),
    IdentityCheck.KNOWN_PERSON: _("persönlich bekannt"),
}


def _choices(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


class SubjectRequest(DistrictModel, VersionedModel):
    """A person asks a controller what it holds about her, or to erase it. Goes itself some time after it is done."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    number = models.PositiveIntegerField(_("Nummer"), editable=False, help_text="Counted up in each controller")
    kind = models.CharField(_("Worum es geht"), max_length=12, choices=_choices(REQUEST_LABELS))
    state = models.CharField(_("Stand"), max_length=10, choices=_choices(REQUEST_STATE_LABELS), default=RequestState.OPEN)
    asker = models.CharField(_("Wer fragt"), max_length=160)
    contact = models.CharField(_("Wohin die Antwort geht"), max_length=254)
    wish = models.TextField(_("Was verlangt wird"), max_length=2000, blank=True)
    way = models.CharField(_("Eingang"), max_length=10, choices=_choices(WAY_LABELS))
    received_on = models.DateField(_("Eingegangen am"))
    due_on = models.DateField(_("Zu beantworten bis"))
    extended_on = models.DateField(_("Verlängert am"), null=True, blank=True)
    extension_reason = models.CharField(_("Grund der Verlängerung"), max_length=500, blank=True)
    identity = models.CharField(_("Identität"), max_length=14, choices=_choices(IDENTITY_LABELS), default=IdentityCheck.NONE)
    answered_on = models.DateField(_("Erledigt am"), null=True, blank=True)
    answer_note = models.TextField(_("Was geantwortet wurde"), max_length=2000, blank=True)
    result = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("Gesammelte Daten")
    )
    result_until = models.DateField(_("Datei wird gelöscht am"), null=True, blank=True)
    run = models.PositiveSmallIntegerField(default=0, editable=False, help_text="How often the data were collected; names the job")
    entered_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()
    delete_on = models.DateField(_("Vorgang wird gelöscht am"), null=True, blank=True)

    objects: ClassVar[Any] = scoped(RequestQuerySet)

    class Meta:
        verbose_name = _("Antrag einer betroffenen Person")
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["controller", "number"], name="one_request_a_number")]

    def __str__(self) -> str:
        return f"{self.number}"


class RequestSubject(DistrictModel):
    """A record that the request is about. After the erasure only the keyed hash of it is left."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="subjects")
    kind = models.CharField(max_length=20, help_text="Kind of the subject")
    about_uid = models.CharField(max_length=22, blank=True)
    title = models.CharField(max_length=200, blank=True)
    subject_hash = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Gegenstand eines Antrags")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "subject_hash"], name="one_subject_a_request")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_hash[:8]}"
