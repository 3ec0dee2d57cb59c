# mypy: disable-error-code="django-manager-missing"
"""Which post is in charge of which municipality and topic when, how that came about, and the figures behind it."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.models.posts import LASTS_A_DAY, Post
from bruecke.staffing.querysets import (
    AssignmentQuerySet,
    MunicipalityFigureQuerySet,
    ResponsibilityQuerySet,
    TopicResponsibilityQuerySet,
)
from bruecke.staffing.states import AssignmentState, FigureKind

FIGURE_LABELS = {
    FigureKind.FOREIGN_RESIDENTS: _("ausländische Bevölkerung"),
    FigureKind.ACCOMMODATION_PLACES: _("Plätze in Unterkünften"),
}


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


class TopicResponsibility(DistrictModel, VersionedModel):
    """A post is in charge of a topic in a half-open period: in one municipality, or (`municipality` None) in the whole district.

    It goes before the responsibility for the municipality; the narrower one goes first. No two for the same topic and place
    at the same time (checked in the action under the district's lock).
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="topics", verbose_name=_("Stelle"))
    topic = models.ForeignKey("vocabulary.Topic", on_delete=models.PROTECT, related_name="+", verbose_name=_("Thema"))
    municipality = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Gemeinde")
    )
    valid_from = models.DateField(_("ab"))
    valid_until = models.DateField(_("bis"), null=True, blank=True, help_text=_("Erster Tag ohne diese Zuständigkeit."))

    objects = scoped(TopicResponsibilityQuerySet)

    class Meta:
        verbose_name = _("Zuständigkeit für ein Thema")
        verbose_name_plural = _("Zuständigkeiten für Themen")
        ordering = ["topic", "valid_from", "pk"]
        constraints = [models.CheckConstraint(condition=LASTS_A_DAY, name="topic_lasts_a_day")]
        indexes = [models.Index(fields=["district", "topic", "municipality"], name="staffing_topic_place")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.topic_id}"

    @property
    def last_day(self) -> date | None:
        return self.valid_until - timedelta(days=1) if self.valid_until else None


class Assignment(DistrictModel):
    """One act of giving municipalities to a post, with what stood there before, so that the last one can be taken back.

    `before` and `after` hold {AGS: [[start, end or null, post id]]} from `valid_from` on; ids and days only.
    `post` None: a whole plan was put in force, several posts at once.
    """

    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="assignments", null=True, blank=True, verbose_name=_("Stelle")
    )
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
    def post_label(self) -> str:
        """`3 · Freital`, or that it was several posts."""
        return self.post.short_label if self.post is not None else gettext("mehrere Stellen")

    @property
    def last_day(self) -> date | None:
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    @property
    def state(self) -> AssignmentState:
        return AssignmentState.MADE if self.undone_at is None else AssignmentState.UNDONE


class MunicipalityFigure(DistrictModel, VersionedModel):
    """A count of a municipality on a key date with its source: what the need for posts is worked out from (Bedarfsermittlung)."""

    municipality = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", verbose_name=_("Gemeinde"))
    kind = models.CharField(_("Kennzahl"), max_length=24, choices=list(FIGURE_LABELS.items()))
    as_of = models.DateField(_("Stichtag"))
    value = models.PositiveIntegerField(_("Wert"))
    source = models.CharField(_("Quelle"), max_length=200)
    entered_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(null=True)

    objects = scoped(MunicipalityFigureQuerySet)

    class Meta:
        verbose_name = _("Kennzahl einer Gemeinde")
        verbose_name_plural = _("Kennzahlen von Gemeinden")
        ordering = ["municipality", "kind", "-as_of"]
        constraints = [
            models.UniqueConstraint(fields=["district", "municipality", "kind", "as_of"], name="one_municipality_figure_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.kind} {self.as_of}"
