"""Register tables of places: areas, their postal codes, boundaries and changes, and the staging tables of imports.

Shared by all districts and read-only outside imports.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.places.querysets import AreaQuerySet
from bruecke.places.states import AreaKind, ImportState


class AreaColumns(models.Model):
    """What an area and its staged copy have in common, except the links between areas."""

    kind = models.CharField(_("Art"), max_length=8, choices=[(kind.value, kind.name) for kind in AreaKind])
    name = models.CharField(_("Name"), max_length=120, help_text=_("Ohne Zusätze wie „Stadt“."))
    official_name = models.CharField(_("amtlicher Name"), max_length=160)
    designation = models.CharField(_("Bezeichnung"), max_length=60, help_text=_("Zum Beispiel Stadt, Gemeinde, Landkreis."))
    is_kreisfrei = models.BooleanField(_("kreisfreie Stadt"), default=False)
    other_names = models.JSONField(_("weitere Namen"), default=list, help_text="[{name, lang}], lang as BCP 47 (hsb, dsb)")
    ars = models.CharField(_("Regionalschlüssel"), max_length=12, blank=True)
    population = models.PositiveIntegerField(_("Einwohnerzahl"), null=True)
    population_on = models.DateField(_("Stand der Einwohnerzahl"), null=True)
    area_km2 = models.DecimalField(_("Fläche in km²"), max_digits=9, decimal_places=2, null=True)
    lon = models.FloatField(_("Länge"), null=True, help_text="WGS 84, degrees")
    lat = models.FloatField(_("Breite"), null=True, help_text="WGS 84, degrees")
    seat_postal_code = models.CharField(_("Postleitzahl der Verwaltung"), max_length=5, blank=True)
    slug = models.CharField(_("Kurzname für Adressen"), max_length=140)
    sort_key = models.CharField(max_length=160)
    find_key = models.CharField(max_length=160)
    valid_from = models.DateField(_("besteht seit"), null=True, help_text="None: longer than the register knows")
    valid_until = models.DateField(_("besteht bis"), null=True, help_text="Exclusive; None: exists")

    class Meta:
        abstract = True


class Area(AreaColumns):
    """An administrative area. The official key is the primary key: 2 digits Land, 5 Kreis, 9 Verband, 8 Gemeinde.

    A kreisfreie Stadt is two rows, as in the official register: a Kreis (`is_kreisfrei`) and its only municipality.
    """

    ags = models.CharField(_("Schlüssel"), max_length=9, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("gehört zu"))
    kreis = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("Landkreis"))

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("Gebiet")
        verbose_name_plural = _("Gebiete")
        constraints = [models.UniqueConstraint(fields=["slug"], name="places_area_slug")]
        indexes = [
            models.Index(fields=["kreis", "kind"], name="places_area_kreis"),
            models.Index(fields=["find_key"], name="places_area_find"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_current(self) -> bool:
        """Whether the area has no end; for a given day use `AreaQuerySet.valid_on`."""
        return self.valid_until is None


class PostalCodeColumns(models.Model):
    """What a postal code row and its staged copy have in common."""

    code = models.CharField(_("Postleitzahl"), max_length=5)
    locality = models.CharField(_("Ortsteil"), max_length=120, blank=True, help_text="Empty: the municipality itself")
    is_seat = models.BooleanField(_("Postleitzahl der Verwaltung"), default=False)
    lon = models.FloatField(_("Länge"), null=True)
    lat = models.FloatField(_("Breite"), null=True)
    source = models.CharField(_("Quelle"), max_length=20, help_text="Key of the source: osm, geonames")

    class Meta:
        abstract = True


class PostalCode(PostalCodeColumns):
    """A postal code is used in a municipality, or in one of its localities. Many to many."""

    municipality = models.ForeignKey(Area, models.PROTECT, related_name="postal_codes", verbose_name=_("Gemeinde"))

    class Meta:
        verbose_name = _("Postleitzahl")
        verbose_name_plural = _("Postleitzahlen")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code", "locality"], name="places_postal_code_once"),
        ]
        indexes = [models.Index(fields=["code"], name="places_postal_code")]

    def __str__(self) -> str:
        return self.code


class BoundaryColumns(models.Model):
    """What a boundary and its staged copy have in common."""

    geometry = models.TextField(help_text="Delta-encoded rings, see `places.geometry`; WGS 84")
    points = models.PositiveIntegerField(help_text="Number of points before simplification: how fine the source was")
    credit = models.CharField(_("Quelle"), max_length=300)

    class Meta:
        abstract = True


class Boundary(BoundaryColumns):
    """The simplified outline of an area. Neighbours share their border line point by point; holes stay holes."""

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True, related_name="boundary", verbose_name=_("Gebiet"))

    class Meta:
        verbose_name = _("Grenze")
        verbose_name_plural = _("Grenzen")

    def __str__(self) -> str:
        return self.area_id


class Succession(models.Model):
    """A municipality that ended, and one that took over all or part of it on that day."""

    predecessor = models.ForeignKey(Area, models.PROTECT, related_name="successions", verbose_name=_("Vorgängerin"))
    successor = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("Nachfolgerin"))
    happened_on = models.DateField(_("Tag"))

    class Meta:
        verbose_name = _("Gebietsänderung")
        verbose_name_plural = _("Gebietsänderungen")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="places_succession_once")]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class RegisterState(models.Model):
    """One row: a token that changes with every change of the register, so that processes know when to reread it."""

    token = models.CharField(max_length=22)
    changed_at = models.DateTimeField(_("geändert"))

    def __str__(self) -> str:
        return self.token


class ImportRun(models.Model):
    """One run of an import with its report (counts and messages; never the rows themselves)."""

    started_at = models.DateTimeField(_("begonnen"))
    state = models.CharField(_("Stand"), max_length=10, choices=[(state.value, state.name) for state in ImportState])
    files = models.JSONField(_("Dateien"), default=list, help_text="[{name, sha256}]")
    report = models.JSONField(_("Bericht"), default=dict)

    class Meta:
        verbose_name = _("Import")
        verbose_name_plural = _("Importe")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.state}"


class StagedArea(AreaColumns):
    """A new or changed area, checked and waiting for its run to be activated."""

    run = models.ForeignKey(ImportRun, models.CASCADE)
    ags = models.CharField(max_length=9)
    parent_ags = models.CharField(max_length=9, null=True)  # noqa: DJ001 - becomes a foreign key
    kreis_ags = models.CharField(max_length=9, null=True)  # noqa: DJ001 - becomes a foreign key

    def __str__(self) -> str:
        return self.ags


class StagedPostalCode(PostalCodeColumns):
    """A new, changed or (`is_gone`) vanished postal code row, waiting for activation."""

    run = models.ForeignKey(ImportRun, models.CASCADE)
    municipality_ags = models.CharField(max_length=9)
    is_gone = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class StagedBoundary(BoundaryColumns):
    """A new or changed boundary, waiting for activation."""

    run = models.ForeignKey(ImportRun, models.CASCADE)
    area_ags = models.CharField(max_length=9)

    def __str__(self) -> str:
        return self.area_ags


class StagedSuccession(models.Model):
    """A territorial change, waiting for activation."""

    run = models.ForeignKey(ImportRun, models.CASCADE)
    predecessor_ags = models.CharField(max_length=9)
    successor_ags = models.CharField(max_length=9)
    happened_on = models.DateField()

    def __str__(self) -> str:
        return self.predecessor_ags
