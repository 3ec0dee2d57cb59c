# mypy: disable-error-code="django-manager-missing"
"""Consultation hours that come again, and the days on which they do not take place."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bruecke.core.schedules import WeeklyRule
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.models.posts import LASTS_A_DAY, Post
from bruecke.staffing.querysets import ConsultationHourQuerySet


class ConsultationHour(DistrictModel, VersionedModel):
    """A consultation hour that comes again: weekday and wall-clock time in Berlin, every `interval` weeks.

    With `weeks_of_month` it is held on these weekdays of every month instead. On closed days it falls out, see `queries.closures`.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="hours", verbose_name=_("Stelle"))
    location = models.ForeignKey("directory.Location", on_delete=models.PROTECT, related_name="hours", verbose_name=_("Ort"))
    weekday = models.PositiveSmallIntegerField(_("Wochentag"), help_text="0 Monday … 6 Sunday")
    starts = models.TimeField(_("von"))
    ends = models.TimeField(_("bis"))
    interval = models.PositiveSmallIntegerField(_("Rhythmus"), default=1, help_text="Weeks between two hours")
    weeks_of_month = models.JSONField(
        _("Wochen im Monat"),
        default=list,
        blank=True,
        help_text="[1 … 4, -1]: the first … fourth, the last such weekday of a month; empty: every `interval` weeks",
    )
    is_held_on_holidays = models.BooleanField(_("auch an Feiertagen"), default=False)
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
            weeks_of_month=tuple(self.weeks_of_month),
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
