# mypy: disable-error-code="django-manager-missing"
"""Organisations, their locations and contact persons, and the record of their changes; no workflow here."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager, get_scope
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from bruecke.core.folding import find_key, sort_key
from bruecke.core.scope import DistrictModel, ScopeViolation, VersionedModel, scoped
from bruecke.directory.querysets import ContactQuerySet, LocationQuerySet, OrganisationQuerySet
from bruecke.directory.states import EntryState, IdentifierType, entry_state


class HistoryOfDistrict(models.Model):
    """Base of history tables: held to the open scope like the table itself."""

    objects = ScopedManager(district="district")

    class Meta:
        abstract = True


class HistoryInScope(HistoryManager):
    """`Organisation.history`: simple-history's own manager knows no districts, this one does."""

    def get_super_queryset(self) -> Any:
        scope = get_scope()
        if not scope.get("_enabled", True):
            return super().get_super_queryset()
        if "district" not in scope:
            raise ScopeViolation("reading the history of a district's rows needs the scope of that district")
        return super().get_super_queryset().filter(district=scope["district"])


def _set_editor(version: Any, account_id: int | None) -> None:
    version.history_user_id = account_id


def history_of_district() -> HistoricalRecords:
    """Record history of a district table; actions set `_history_user` (an account id) and `_history_date`."""
    return HistoricalRecords(
        bases=[HistoryOfDistrict],
        history_manager=HistoryInScope,
        history_user_id_field=models.BigIntegerField(null=True),
        history_user_getter=lambda version: version.history_user_id,
        history_user_setter=_set_editor,
        get_user=lambda **_facts: None,
    )


class OrganisationKind(models.TextChoices):
    AUTHORITY = "authority", _("Behörde")
    TOWN = "town", _("Stadt oder Gemeinde")
    WELFARE = "welfare", _("Wohlfahrtsverband")
    ASSOCIATION = "association", _("Verein")
    EDUCATION = "education", _("Bildungsträger")
    INITIATIVE = "initiative", _("Initiative")
    MIGRANT = "migrant", _("Migrantenorganisation")
    RELIGIOUS = "religious", _("Religionsgemeinschaft")
    SPORTS = "sports", _("Sportverein")
    SCHOOL = "school", _("Schule")
    KITA = "kita", _("Kita")
    LIBRARY = "library", _("Bibliothek")
    HEALTH = "health", _("Gesundheitswesen")
    COMPANY = "company", _("Unternehmen")
    FOUNDATION = "foundation", _("Stiftung")
    OTHER = "other", _("Andere")


IDENTIFIER_LABELS: dict[IdentifierType, Any] = {
    IdentifierType.REGISTER_OF_ASSOCIATIONS: _("Vereinsregister"),
    IdentifierType.COMMERCIAL_REGISTER: _("Handelsregister"),
    IdentifierType.MUNICIPALITY_KEY: _("Gemeindeschlüssel (AGS)"),
    IdentifierType.OTHER: _("Andere Kennung"),
}


class DirectoryEntry(DistrictModel, VersionedModel):
    """What organisations, locations and contact persons have in common: folded keys, and an archive instead of deletion."""

    name = models.CharField(_("Name"), max_length=160)
    archived_at = models.DateTimeField(_("Archivierung"), null=True, blank=True, editable=False)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    find_key = models.CharField(max_length=600, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def find_text(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.name)[:200]
        self.find_key = find_key(self.find_text())[:600]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key", "find_key"}
        super().save(*args, **kwargs)

    @property
    def state(self) -> EntryState:
        return entry_state(self.archived_at)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Organisation(DirectoryEntry):
    """An authority, town, association or initiative. Functions instead of persons: no name of a person stands here."""

    short_name = models.CharField(_("Kurzname"), max_length=40, blank=True)
    kind = models.CharField(_("Art"), max_length=12, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("gehört zu")
    )
    identifiers = models.JSONField(
        _("Kennungen"), default=list, blank=True, help_text="[{type, value}], types as in `states.IdentifierType`"
    )
    website = models.URLField(_("Website"), max_length=200, blank=True)
    email = models.EmailField(
        _("E-Mail"), max_length=254, blank=True, help_text=_("Ein Funktionspostfach, keine persönliche Adresse.")
    )
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    logo = models.ForeignKey(
        "core.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Logo")
    )

    objects = scoped(OrganisationQuerySet)
    history = history_of_district()

    class Meta:
        verbose_name = _("Organisation")
        verbose_name_plural = _("Organisationen")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "sort_key"], condition=Q(archived_at=None), name="one_active_organisation_a_name"
            )
        ]

    def find_text(self) -> str:
        return f"{self.name} {self.short_name}"


class Location(DirectoryEntry):
    """A place of an organisation where people can go. `area` is a municipality of the register."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="locations", verbose_name=_("Organisation")
    )
    street = models.CharField(_("Straße und Hausnummer"), max_length=120, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    town = models.CharField(_("Ort"), max_length=80, blank=True)
    area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Gemeinde")
    )
    is_accessible = models.BooleanField(_("stufenlos zugänglich"), null=True, blank=True, help_text=_("Leer: nicht bekannt."))
    access_note = models.CharField(_("Hinweis zum Zugang"), max_length=200, blank=True)
    lat = models.FloatField(_("Breite"), null=True, blank=True, help_text="WGS 84, degrees")
    lon = models.FloatField(_("Länge"), null=True, blank=True, help_text="WGS 84, degrees")

    objects = scoped(LocationQuerySet)
    history = history_of_district()

    class Meta:
        verbose_name = _("Standort")
        verbose_name_plural = _("Standorte")
        ordering = ["sort_key", "pk"]

    def find_text(self) -> str:
        return f"{self.name} {self.street} {self.postcode} {self.town}"

    @property
    def address(self) -> str:
        """Street and town in one line, German order; what is not known is left out."""
        town = f"{self.postcode} {self.town}".strip()
        return ", ".join(part for part in (self.street, town) if part)


class ContactPerson(DirectoryEntry):
    """Whom to ask for in an organisation. `languages` are BCP 47 codes; `note` and `mobile` are never shown in public.

    Released means that name, function, mail address, phone and languages may be shown to everybody.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("Organisation")
    )
    function = models.CharField(_("Funktion"), max_length=120, blank=True)
    email = models.EmailField(_("E-Mail"), max_length=254, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    mobile = models.CharField(_("Mobiltelefon"), max_length=40, blank=True)
    languages = models.JSONField(_("Sprachen"), default=list, blank=True)
    note = models.TextField(_("Interne Anmerkung"), max_length=1000, blank=True)
    is_released = models.BooleanField(_("öffentlich"), default=False, editable=False)
    released_at = models.DateTimeField(_("Freigabe"), null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        "accounts.Account",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("freigegeben von"),
    )
    checked_on = models.DateField(_("zuletzt geprüft am"), editable=False)

    objects = scoped(ContactQuerySet)
    history = history_of_district()

    class Meta:
        verbose_name = _("Ansprechperson")
        verbose_name_plural = _("Ansprechpersonen")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sort_key"], condition=Q(archived_at=None), name="one_active_contact_a_name"
            ),
            models.CheckConstraint(
                condition=Q(is_released=False) | Q(released_at__isnull=False), name="released_contact_has_a_moment"
            ),
        ]
        indexes = [models.Index(fields=["district", "email"], name="directory_contact_email")]

    def find_text(self) -> str:
        return f"{self.name} {self.function} {self.email}"
