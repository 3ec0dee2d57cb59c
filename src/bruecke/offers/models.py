# mypy: disable-error-code="django-manager-missing"
"""Tables of the catalogue: offers with derived rows for filtering, proposals of providers, feedback; no workflow here.

The meaning of the columns follows HSDS 3.1 (`service`, `service_at_location`, `schedule`, `cost_option`, `service_capacity`).
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bruecke.core.folding import find_key, sort_key
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.core.translations import Text, text_in
from bruecke.directory.models import Location, Organisation, history_of_district
from bruecke.offers.querysets import ChangeQuerySet, FeedbackQuerySet, OfferQuerySet
from bruecke.offers.states import (
    ChangeState,
    ConfirmedBy,
    CostKind,
    Decision,
    FacetKind,
    FeedbackReason,
    OfferState,
    Registration,
    RequestState,
    Visibility,
)
from bruecke.places.models import Area

STATE_LABELS: dict[OfferState, Any] = {
    OfferState.DRAFT: _("Entwurf"),
    OfferState.ACTIVE: _("Läuft"),
    OfferState.PAUSED: _("Ruht"),
    OfferState.ARCHIVED: _("Archiviert"),
}
VISIBILITY_LABELS: dict[Visibility, Any] = {Visibility.PUBLIC: _("öffentlich"), Visibility.INTERNAL: _("nur intern")}
COST_LABELS: dict[CostKind, Any] = {
    CostKind.FREE: _("kostenlos"),
    CostKind.PAID: _("kostet etwas"),
    CostKind.UNKNOWN: _("nicht bekannt"),
}
REGISTRATION_LABELS: dict[Registration, Any] = {
    Registration.NONE: _("ohne Anmeldung"),
    Registration.RECOMMENDED: _("Anmeldung erwünscht"),
    Registration.REQUIRED: _("nur mit Anmeldung"),
}
FEEDBACK_LABELS: dict[FeedbackReason, Any] = {
    FeedbackReason.GONE: _("Das Angebot gibt es nicht mehr"),
    FeedbackReason.TIMES: _("Zeiten oder Ort stimmen nicht"),
    FeedbackReason.CONTACT: _("Telefon oder E-Mail stimmen nicht"),
    FeedbackReason.FULL: _("Es gibt keine freien Plätze"),
    FeedbackReason.OTHER: _("Etwas anderes stimmt nicht"),
}
TRANSLATED = ("title", "description", "cost_note", "registration_note", "status_requirement", "documents")
"""Fields whose other languages stand in `translations`."""
MAX_DESCRIPTION = 5000


def _choices(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


class Offer(DistrictModel, VersionedModel):
    """One offer of one provider. Everything a person edits stands in its own columns; `OfferFacet` and `OfferPlace` follow from it.

    `terms`: {taxonomy or "language": [keys]}. `areas`: official keys of the service area, 8 digits a municipality, 5 the district.
    `locations`: uids, in the order in which they are shown.
    `schedules`: [{rrule, first_on, until_on or null, starts, ends, exdates, location uid or "", note}], days ISO, times HH:MM.
    """

    title = models.CharField(_("Titel"), max_length=160)
    description = models.TextField(_("Beschreibung"), max_length=MAX_DESCRIPTION, blank=True)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers", verbose_name=_("Träger"))
    terms = models.JSONField(_("Einordnung"), default=dict)
    age_min = models.PositiveSmallIntegerField(_("Alter von"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("Alter bis"), null=True, blank=True)
    areas = models.JSONField(_("Einzugsgebiet"), default=list)
    locations = models.JSONField(_("Orte"), default=list, help_text="Uids of locations of the directory, the first one leads")
    is_online = models.BooleanField(_("online oder am Telefon"), default=False)
    schedules = models.JSONField(_("Termine"), default=list)
    schedule_note = models.CharField(_("Hinweis zu den Terminen"), max_length=200, blank=True)
    cost_kind = models.CharField(_("Kosten"), max_length=8, choices=_choices(COST_LABELS), default=CostKind.UNKNOWN)
    cost_cents = models.PositiveIntegerField(_("Betrag"), null=True, blank=True, help_text="Euro cents")
    cost_note = models.CharField(_("Hinweis zu den Kosten"), max_length=200, blank=True)
    registration = models.CharField(_("Anmeldung"), max_length=12, choices=_choices(REGISTRATION_LABELS), default=Registration.NONE)
    registration_note = models.CharField(_("Hinweis zur Anmeldung"), max_length=200, blank=True)
    status_requirement = models.CharField(
        _("Voraussetzung"), max_length=200, blank=True, help_text=_("Zum Beispiel „nur mit Berechtigungsschein“.")
    )
    documents = models.CharField(_("Mitzubringen"), max_length=300, blank=True)
    has_childcare = models.BooleanField(_("Kinderbetreuung"), null=True, blank=True, help_text=_("Leer: nicht bekannt."))
    is_accessible = models.BooleanField(_("barrierefrei"), null=True, blank=True, help_text=_("Leer: nicht bekannt."))
    places_total = models.PositiveIntegerField(_("Plätze"), null=True, blank=True)
    places_free = models.PositiveIntegerField(_("davon frei"), null=True, blank=True)
    places_free_on = models.DateField(_("freie Plätze am"), null=True, blank=True)
    contact_email = models.EmailField(_("E-Mail"), max_length=254, blank=True, help_text=_("Leer: die des Trägers."))
    contact_phone = models.CharField(_("Telefon"), max_length=40, blank=True, help_text=_("Leer: das des Trägers."))
    website = models.URLField(_("Website"), max_length=200, blank=True)
    valid_from = models.DateField(_("läuft ab"), null=True, blank=True)
    valid_until = models.DateField(_("endet am"), null=True, blank=True, help_text=_("Erster Tag ohne das Angebot."))
    visibility = models.CharField(_("Sichtbarkeit"), max_length=8, choices=_choices(VISIBILITY_LABELS), default=Visibility.PUBLIC)
    state = models.CharField(_("Stand"), max_length=8, choices=_choices(STATE_LABELS), default=OfferState.DRAFT)
    state_before_archive = models.CharField(max_length=8, choices=_choices(STATE_LABELS), blank=True, editable=False)
    confirmed_on = models.DateField(_("zuletzt bestätigt am"), null=True, blank=True)
    confirmed_by = models.CharField(max_length=8, choices=[(item.value, item.value) for item in ConfirmedBy], blank=True)
    translations = models.JSONField(_("Übersetzungen"), default=dict)
    external_source = models.CharField(_("Quelle"), max_length=40, blank=True, help_text="Key of the import the row came from")
    external_key = models.CharField(_("Schlüssel der Quelle"), max_length=80, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    sort_key = models.CharField(max_length=200, editable=False)
    find_key = models.CharField(max_length=400, editable=False, help_text="Folded title and provider, for duplicates and lists")

    objects: ClassVar[Any] = scoped(OfferQuerySet)
    history = history_of_district()

    class Meta:
        verbose_name = _("Angebot")
        verbose_name_plural = _("Angebote")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "external_source", "external_key"], condition=~Q(external_key=""), name="one_offer_a_source_key"
            ),
            models.CheckConstraint(
                condition=Q(age_min=None) | Q(age_max=None) | Q(age_max__gte=F("age_min")), name="offer_age_range"
            ),
            models.CheckConstraint(
                condition=Q(places_total=None) | Q(places_free=None) | Q(places_free__lte=F("places_total")),
                name="offer_free_places",
            ),
            models.CheckConstraint(condition=Q(places_free=None) | Q(places_free_on__isnull=False), name="offer_free_places_dated"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="offer_lasts_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "state", "visibility", "sort_key"], name="offer_list"),
            models.Index(fields=["district", "confirmed_on"], name="offer_confirmed"),
            models.Index(fields=["district", "provider"], name="offer_provider"),
            models.Index(  # all that the order of a public list asks for, so that it reads no rows
                fields=["district", "visibility", "state", "valid_until", "confirmed_on", "sort_key", "is_online"],
                name="offer_shown",
            ),
            models.Index(  # the same for what the search found: without it SQLite reads the whole district, row by row
                fields=["district", "uid", "visibility", "state", "valid_until", "confirmed_on", "sort_key", "is_online"],
                name="offer_hit",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def fold(self) -> None:
        """Bring the folded keys in step with title and provider; rows that are written in bulk need it called."""
        self.sort_key = sort_key(self.title)[:200]
        self.find_key = find_key(f"{self.title} {self.provider.name} {self.provider.short_name}")[:400]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fold()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key", "find_key"}
        super().save(*args, **kwargs)

    def text(self, field: str, lang: str) -> Text:
        """One of `TRANSLATED` in `lang`, else in German; knows where it comes from."""
        return text_in(lang, field, source=getattr(self, field), translations=self.translations)

    def keys(self, kind: FacetKind) -> list[str]:
        """The vocabulary keys of one kind, in the order chosen."""
        return list(self.terms.get(kind.value, ()))

    @property
    def state_label(self) -> Any:
        return STATE_LABELS[OfferState(self.state)]

    @property
    def is_archived(self) -> bool:
        return self.state == OfferState.ARCHIVED

    @property
    def email(self) -> str:
        """Where people write: the offer's own mailbox, else the provider's."""
        return self.contact_email or self.provider.email

    @property
    def phone(self) -> str:
        return self.contact_phone or self.provider.phone

    @property
    def web_address(self) -> str:
        """Where people read more; what is no address of the web (a table may bring anything) is none."""
        found = (self.website, self.provider.website)
        return next((one for one in found if one.lower().startswith(("https://", "http://"))), "")


class OfferFacet(DistrictModel):
    """Derived from `Offer.terms`: one row a key, for filters and figures."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="facets")
    kind = models.CharField(max_length=16, choices=[(item.value, item.value) for item in FacetKind])
    key = models.CharField(max_length=60)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["offer", "kind", "key"], name="one_facet_an_offer")]
        indexes = [models.Index(fields=["district", "kind", "key", "offer"], name="offer_facet")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class OfferPlace(DistrictModel):
    """Where an offer can be had: a location of the directory, or (without one) an area of its service area.

    `lat`, `lon` and `area` of a location are copied when the offer or the location changes, for radius and map.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    lat = models.FloatField(null=True, help_text="WGS 84, degrees")
    lon = models.FloatField(null=True, help_text="WGS 84, degrees")
    order = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(location__isnull=False) | Q(area__isnull=False), name="offer_place_is_somewhere"),
            models.UniqueConstraint(
                fields=["offer", "location"], condition=Q(location__isnull=False), name="one_location_an_offer"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "area", "location", "offer"], name="offer_place_area"),
            models.Index(fields=["district", "lat", "lon"], name="offer_place_point"),
            models.Index(  # the places of some offers, and all that the nearest house of each asks for
                fields=["district", "offer", "location", "area", "lat", "lon"], name="offer_place_offer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.location_id or self.area_id}"


class ConfirmationRequest(DistrictModel):
    """A question to a provider whether its entries are right, sent by mailed link; one running at a time."""

    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("Träger"))
    state = models.CharField(max_length=10, choices=[(item.value, item.value) for item in RequestState], default=RequestState.ASKED)
    asked_at = models.DateTimeField(_("gefragt am"))
    reminded_at = models.DateTimeField(_("erinnert am"), null=True)
    ended_at = models.DateTimeField(_("beendet am"), null=True)
    offer_count = models.PositiveIntegerField(default=0)
    answered_count = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("Anfrage zur Bestätigung")
        constraints = [
            models.UniqueConstraint(
                fields=["provider"], condition=Q(state__in=[RequestState.ASKED, RequestState.REMINDED]), name="one_running_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.asked_at:%Y-%m-%d}"


class ChangeProposal(DistrictModel):
    """What a provider wants changed; waits for approval field by field."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("Angebot"))
    state = models.CharField(max_length=9, choices=[(item.value, item.value) for item in ChangeState], default=ChangeState.OPEN)
    wants_archive = models.BooleanField(_("Angebot gibt es nicht mehr"), default=False)
    note = models.CharField(_("Nachricht"), max_length=500, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField(null=True, help_text="An account that speaks for the provider; None: by mailed link")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = scoped(ChangeQuerySet)

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("Änderungsvorschlag")
        constraints = [
            models.UniqueConstraint(fields=["offer"], condition=Q(state=ChangeState.OPEN), name="one_open_proposal_an_offer")
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.proposed_at:%Y-%m-%d}"


class ProposedField(DistrictModel):
    """One field of a proposal: what stood there when it was proposed, and what should."""

    proposal = models.ForeignKey(ChangeProposal, on_delete=models.CASCADE, related_name="fields")
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    decision = models.CharField(max_length=8, choices=[(item.value, item.value) for item in Decision], default=Decision.PENDING)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "field"], name="one_proposed_value_a_field")]

    def __str__(self) -> str:
        return self.field


class OfferFeedback(DistrictModel):
    """A reader of the catalogue says that something is wrong; becomes a to-do. No name, no address of the reader."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="feedback", verbose_name=_("Angebot"))
    reason = models.CharField(_("Grund"), max_length=8, choices=_choices(FEEDBACK_LABELS))
    text = models.CharField(_("Hinweis"), max_length=500, blank=True)
    language = models.CharField(max_length=10, default="de")
    given_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = scoped(FeedbackQuerySet)

    class Meta:
        ordering = ["given_at", "pk"]
        verbose_name = _("Hinweis auf einen Fehler")

    def __str__(self) -> str:
        return f"{self.offer_id} {self.reason}"


class DistinctPair(DistrictModel):
    """Two offers that look alike and are not the same: nobody is warned of them again."""

    first = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_distinct_pair")]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
