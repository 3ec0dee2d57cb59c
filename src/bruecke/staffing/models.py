# mypy: disable-error-code="django-manager-missing"
"""Posts, who holds them, which municipalities they are in charge of, and consultation hours; no workflow here."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bruecke.core.schedules import WeeklyRule
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.querysets import (
    AbsenceQuerySet,
    AssignmentQuerySet,
    ConsultationHourQuerySet,
    HolderQuerySet,
    PostQuerySet,
    ResponsibilityQuerySet,
)
from bruecke.staffing.states import AssignmentState

LASTS_A_DAY = Q(valid_until=None) | Q(valid_until__gt=F("valid_from"))


class Post(DistrictModel, VersionedModel):
    """A post of the coordination with its share of full time (VzÄ) and its half-open period.

    `title` names the function, `area_name` the places in its charge in a few words. `languages` are BCP 47 codes.
    """

    number = models.PositiveSmallIntegerField(_("Nummer"))
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
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True, help_text="First day without the post")

    objects = scoped(HolderQuerySet)

    class Meta:
        verbose_name = _("Besetzung")
        verbose_name_plural = _("Besetzungen")
        ordering = ["post", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=LASTS_A_DAY, name="holder_lasts_a_day"),
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


class Responsibility(DistrictModel):
    """A post is in charge of a municipality in a half-open period; effective as long as the post exists.

    No two at the same time for a municipality (checked in the action under the district's lock).
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="responsibilities", verbose_name=_("Stelle"))
    municipality = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", verbose_name=_("Gemeinde"))
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True, help_text="First day without the post in charge")

    objects = scoped(ResponsibilityQuerySet)

    class Meta:
        verbose_name = _("Zuständigkeit")
        verbose_name_plural = _("Zuständigkeiten")
        ordering = ["municipality", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=LASTS_A_DAY, name="responsibility_lasts_a_day"),
            models.UniqueConstraint(fields=["district", "municipality", "valid_from"], name="one_responsibility_begins_a_day"),
            models.UniqueConstraint(
                fields=["district", "municipality"], condition=Q(valid_until=None), name="one_open_responsibility"
            ),
        ]
        indexes = [models.Index(fields=["post", "valid_from"], name="staffing_resp_post")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.valid_from}"


class Assignment(DistrictModel):
    """One act of giving municipalities to a post, with what stood there before, so that the last one can be taken back.

    `before` and `after` hold {AGS: [[start, end or null, post id]]} from `valid_from` on; ids and days only.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("Stelle"))
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_at = models.DateTimeField(_("zugeordnet am"))
    made_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(_("zurückgenommen am"), null=True, blank=True)

    objects = scoped(AssignmentQuerySet)

    class Meta:
        verbose_name = _("Zuordnung")
        verbose_name_plural = _("Zuordnungen")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.post_id} {self.valid_from}"

    @property
    def last_day(self) -> date | None:
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    @property
    def state(self) -> AssignmentState:
        return AssignmentState.MADE if self.undone_at is None else AssignmentState.UNDONE


class ConsultationHour(DistrictModel, VersionedModel):
    """A consultation hour that comes again: weekday and wall-clock time in Berlin, every `interval` weeks."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="hours", verbose_name=_("Stelle"))
    location = models.ForeignKey("directory.Location", on_delete=models.PROTECT, related_name="hours", verbose_name=_("Ort"))
    weekday = models.PositiveSmallIntegerField(_("Wochentag"), help_text="0 Monday … 6 Sunday")
    starts = models.TimeField(_("von"))
    ends = models.TimeField(_("bis"))
    interval = models.PositiveSmallIntegerField(_("Rhythmus"), default=1, help_text="Weeks between two hours")
    is_by_appointment = models.BooleanField(_("nur mit Termin"), default=False)
    note = models.CharField(_("Hinweis"), max_length=120, blank=True, help_text=_("Zum Beispiel „Zimmer 2.04“."))
    valid_from = models.DateField(_("erstmals ab"), help_text=_("Ab hier zählt der Rhythmus."))
    valid_until = models.DateField(_("endet am"), null=True, blank=True, help_text=_("Erster Tag ohne diese Sprechstunde."))

    objects = scoped(ConsultationHourQuerySet)

    class Meta:
        verbose_name = _("Sprechstunde")
        verbose_name_plural = _("Sprechstunden")
        ordering = ["weekday", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="hour_ends_after_start"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hour_weekday"),
            models.CheckConstraint(condition=Q(interval__gte=1) & Q(interval__lte=4), name="hour_interval"),
            models.CheckConstraint(condition=LASTS_A_DAY, name="hour_lasts_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}"

    @property
    def last_day(self) -> date | None:
        """The last day of the rule, None while no end is planned."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    def rule(self, until: date | None = None) -> WeeklyRule:
        """The rule for `core.schedules`; `until` (exclusive) cuts it shorter."""
        ends = [day for day in (self.valid_until, until) if day is not None]
        return WeeklyRule(
            weekday=self.weekday,
            starts=self.starts,
            ends=self.ends,
            first_on=self.valid_from,
            until_on=min(ends) if ends else None,
            interval=self.interval,
        )


class ConsultationException(DistrictModel):
    """A day on which a consultation hour does not take place."""

    hour = models.ForeignKey(ConsultationHour, on_delete=models.CASCADE, related_name="exceptions", verbose_name=_("Sprechstunde"))
    on = models.DateField(_("fällt aus am"))
    reason = models.CharField(_("Grund"), max_length=120, blank=True, help_text=_("Steht öffentlich, zum Beispiel „Feiertag“."))

    objects = scoped()

    class Meta:
        verbose_name = _("Ausfall einer Sprechstunde")
        verbose_name_plural = _("Ausfälle von Sprechstunden")
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["hour", "on"], name="one_exception_a_day")]

    def __str__(self) -> str:
        return f"{self.on}"
