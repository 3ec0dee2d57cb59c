# mypy: disable-error-code="django-manager-missing"
"""Posts, their conditions and payers, who holds them, and when nobody does; no workflow here."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.querysets import (
    AbsenceQuerySet,
    HolderQuerySet,
    PostCostQuerySet,
    PostPayerQuerySet,
    PostQuerySet,
)
from bruecke.staffing.states import Engagement, PayerKind, PostKind

LASTS_A_DAY = Q(valid_until=None) | Q(valid_until__gt=F("valid_from"))
POST_KIND_LABELS = {
    PostKind.COORDINATOR: _("Kommunale Integrationskoordination"),
    PostKind.LEADING: _("Koordinationskraft Integration"),
    PostKind.SERVICE: _("Servicestelle Sprach- und Integrationsmittlung"),
    PostKind.OTHER: _("andere Stelle"),
}
ENGAGEMENT_LABELS = {Engagement.NEW: _("neu eingestellt"), Engagement.TAKEN_OVER: _("übernommen")}
PAYER_LABELS = {
    PayerKind.LAND: _("Land"),
    PayerKind.DISTRICT: _("Landkreis"),
    PayerKind.TOWN: _("Stadt oder Gemeinde"),
    PayerKind.ASSOCIATION: _("Verein oder Träger"),
    PayerKind.OTHER: _("andere"),
}


class Post(DistrictModel, VersionedModel):
    """A post of the coordination with its share of full time (VzÄ) and its half-open period.

    `title` names the function, `area_name` the places in its charge in a few words. `languages` are BCP 47 codes.
    """

    number = models.PositiveSmallIntegerField(_("Nummer"))
    kind = models.CharField(
        _("Art der Stelle"), max_length=16, choices=list(POST_KIND_LABELS.items()), default=PostKind.COORDINATOR
    )
    title = models.CharField(
        _("Bezeichnung"), max_length=120, help_text=_("Die Funktion, zum Beispiel „Integrationskoordination Freital“.")
    )
    area_name = models.CharField(_("Zuständigkeitsbereich"), max_length=80, help_text=_("Kurz, zum Beispiel „Heidenau und Dohna“."))
    fte = models.DecimalField(_("VzÄ"), max_digits=3, decimal_places=2, help_text=_("Vollzeitäquivalent, zum Beispiel 0,75."))
    controller = models.ForeignKey(
        "accounts.Controller", on_delete=models.PROTECT, related_name="posts", verbose_name=_("Verantwortliche Stelle")
    )
    unit = models.ForeignKey(
        "accounts.Unit",
        on_delete=models.PROTECT,
        related_name="posts",
        null=True,
        blank=True,
        verbose_name=_("Organisationseinheit"),
    )
    employer = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="posts", verbose_name=_("Anstellungsträger")
    )
    office = models.ForeignKey(
        "directory.Location",
        on_delete=models.PROTECT,
        related_name="posts",
        null=True,
        blank=True,
        verbose_name=_("Dienstort"),
    )
    deputy = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("Vertretung"),
        help_text=_("Welche Stelle vertritt, wenn beim Eintragen einer Abwesenheit nichts anderes gewählt wird."),
    )
    attached_to = models.CharField(
        _("Anbindung"),
        max_length=160,
        blank=True,
        help_text=_("Amt und Sachgebiet, zum Beispiel „Sozialamt, Sachgebiet Integration“."),
    )
    line_supervision = models.CharField(
        _("Dienstaufsicht"),
        max_length=160,
        blank=True,
        help_text=_("Die Funktion, nicht der Name: zum Beispiel „Geschäftsführung“."),
    )
    technical_supervision = models.CharField(
        _("Fachaufsicht"),
        max_length=160,
        blank=True,
        help_text=_("Die Funktion, nicht der Name: zum Beispiel „Koordinierungsstelle“."),
    )
    need_note = models.TextField(
        _("Begründung des Bedarfs"), max_length=2000, blank=True, help_text=_("Was die Zahlen der Bedarfsermittlung nicht sagen.")
    )
    mailbox = models.EmailField(_("Funktionspostfach"), max_length=254)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    languages = models.JSONField(_("Sprachen"), default=list)
    has_interpreting = models.BooleanField(_("weitere Sprachen mit Dolmetschen"), default=False)
    valid_from = models.DateField(_("besteht ab"))
    valid_until = models.DateField(
        _("endet am"), null=True, blank=True, help_text=_("Erster Tag, an dem es die Stelle nicht mehr gibt.")
    )

    objects = scoped(PostQuerySet)

    class Meta:
        verbose_name = _("Stelle")
        verbose_name_plural = _("Stellen")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="one_post_a_number"),
            models.CheckConstraint(condition=LASTS_A_DAY, name="post_lasts_a_day"),
            models.CheckConstraint(condition=Q(fte__gt=0) & Q(fte__lte=Decimal(1)), name="post_fte_up_to_one"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short_label(self) -> str:
        """`3 · Freital`, as the desk calls it."""
        return f"{self.number} · {self.area_name}"

    @property
    def last_day(self) -> date | None:
        """The last day on which the post exists, None while no end is planned."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def fte_on(self, day: date) -> Decimal:
        """The share of full time on a day: a former one up to its end, else `fte`. Lists prefetch `volumes`."""
        former = [row for row in self.volumes.all() if day < row.valid_until]
        return min(former, key=lambda row: row.valid_until).fte if former else self.fte


class PostVolume(DistrictModel):
    """The share of full time that a post had up to a day (exclusive); after the last of them `Post.fte` holds."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="volumes", verbose_name=_("Stelle"))
    fte = models.DecimalField(_("VzÄ"), max_digits=3, decimal_places=2)
    valid_until = models.DateField(_("bis"), help_text="First day with another share")

    objects = scoped()

    class Meta:
        verbose_name = _("früherer Umfang einer Stelle")
        verbose_name_plural = _("frühere Umfänge von Stellen")
        ordering = ["post", "valid_until"]
        constraints = [
            models.UniqueConstraint(fields=["post", "valid_until"], name="one_volume_ends_a_day"),
            models.CheckConstraint(condition=Q(fte__gt=0) & Q(fte__lte=Decimal(1)), name="volume_fte_up_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.fte}"

    @property
    def last_day(self) -> date:
        return self.valid_until - timedelta(days=1)


class PostHolder(DistrictModel):
    """Who holds a post when. At most one on a day (checked in the action under the post's lock).

    Public pages show the function; `public_name` only where the person released it.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holders", verbose_name=_("Stelle"))
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="posts_held",
        null=True,
        blank=True,
        verbose_name=_("Zugang"),
    )
    public_name = models.CharField(_("Name"), max_length=120, blank=True)
    is_name_released = models.BooleanField(_("Name darf öffentlich stehen"), default=False)
    fte = models.DecimalField(
        _("besetzte VzÄ"),
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Nur wenn die Person weniger arbeitet, als die Stelle vorsieht."),
    )
    engagement = models.CharField(
        _("Einstellung"),
        max_length=12,
        choices=list(ENGAGEMENT_LABELS.items()),
        blank=True,
        help_text=_("Danach fragt der Landtag."),
    )
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True, help_text="First day without the post")

    objects = scoped(HolderQuerySet)

    class Meta:
        verbose_name = _("Besetzung")
        verbose_name_plural = _("Besetzungen")
        ordering = ["post", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=LASTS_A_DAY, name="holder_lasts_a_day"),
            models.CheckConstraint(condition=Q(fte=None) | (Q(fte__gt=0) & Q(fte__lte=Decimal(1))), name="holder_fte_up_to_one"),
            models.UniqueConstraint(fields=["post", "valid_from"], name="one_holder_begins_a_day"),
            models.UniqueConstraint(fields=["post"], condition=Q(valid_until=None), name="one_open_holder_a_post"),
        ]
        indexes = [models.Index(fields=["account", "district"], name="staffing_holder_account")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.valid_from}"


class Absence(DistrictModel, VersionedModel):
    """Nobody answers for a post in a half-open period, and which post stands in. Why is nobody's business: no reason is kept.

    `started_at` and `ended_at` note when the house moved questions to the deputy and back.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="absences", verbose_name=_("Stelle"))
    deputy = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Vertretung")
    )
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("wieder da am"), help_text=_("Erster Tag, an dem wieder jemand da ist."))
    entered_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = scoped(AbsenceQuerySet)

    class Meta:
        verbose_name = _("Abwesenheit")
        verbose_name_plural = _("Abwesenheiten")
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="absence_lasts_a_day"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("post")), name="absence_deputy_is_another"),
        ]
        indexes = [models.Index(fields=["district", "valid_from", "valid_until"], name="staffing_absence_days")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.valid_from}"

    @property
    def last_day(self) -> date:
        return self.valid_until - timedelta(days=1)


class PostPayer(DistrictModel, VersionedModel):
    """Who bears which share of the cost of a post in a half-open period. `percent` of the yearly cost, 0 < percent ≤ 100."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="payers", verbose_name=_("Stelle"))
    kind = models.CharField(_("Kostenträger"), max_length=12, choices=list(PAYER_LABELS.items()))
    name = models.CharField(_("Name"), max_length=120, blank=True, help_text=_("Zum Beispiel „Freistaat Sachsen, KomIntAVO“."))
    percent = models.DecimalField(_("Anteil in Prozent"), max_digits=5, decimal_places=2)
    file_number = models.CharField(_("Aktenzeichen"), max_length=60, blank=True, help_text=_("Des Bescheids, wo es einen gibt."))
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True, help_text=_("Erster Tag ohne diesen Anteil."))

    objects = scoped(PostPayerQuerySet)

    class Meta:
        verbose_name = _("Kostenträger einer Stelle")
        verbose_name_plural = _("Kostenträger von Stellen")
        ordering = ["post", "valid_from", "kind", "pk"]
        constraints = [
            models.CheckConstraint(condition=LASTS_A_DAY, name="payer_lasts_a_day"),
            models.CheckConstraint(condition=Q(percent__gt=0) & Q(percent__lte=100), name="payer_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.kind}"

    @property
    def last_day(self) -> date | None:
        return self.valid_until - timedelta(days=1) if self.valid_until else None


class PostCost(DistrictModel, VersionedModel):
    """What a post costs in a year, in euro, in a half-open period; planned figures until they are known."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="costs", verbose_name=_("Stelle"))
    yearly_amount = models.DecimalField(_("Kosten im Jahr in Euro"), max_digits=10, decimal_places=2)
    source = models.CharField(_("Quelle"), max_length=200, blank=True, help_text=_("Zum Beispiel „Stellenplan 2026“."))
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True, help_text=_("Erster Tag mit anderen Kosten."))

    objects = scoped(PostCostQuerySet)

    class Meta:
        verbose_name = _("Kosten einer Stelle")
        verbose_name_plural = _("Kosten von Stellen")
        ordering = ["post", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=LASTS_A_DAY, name="cost_lasts_a_day"),
            models.CheckConstraint(condition=Q(yearly_amount__gte=0), name="cost_not_negative"),
            models.UniqueConstraint(fields=["post", "valid_from"], name="one_cost_begins_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.valid_from}"

    @property
    def last_day(self) -> date | None:
        return self.valid_until - timedelta(days=1) if self.valid_until else None
