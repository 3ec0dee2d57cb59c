"""Desk pages of responsibilities for topics: the list, giving one, ending it, taking either back."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.places import queries as places
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.forms.topics import TopicEndForm, TopicForm
from bruecke.staffing.models import Post, TopicResponsibility
from bruecke.staffing.views.plan import PLACE
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.vocabulary import queries as vocabulary

ONE_DAY = timedelta(days=1)
SEES = frozenset(rules.SEES_ALL)


class Topics(DeskPage):
    """Which topics have a post of their own, where, and until when."""

    template_name = "staffing/topics.html"
    feature = "staffing"
    place = PLACE
    roles = SEES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = local_day(self.now)
        return super().get_context_data(
            rows=list(queries.topic_rows(self.viewer, today)),
            today=today,
            may_assign=rules.can_assign(self.viewer),
            crumbs=[(_("Zuständigkeit"), desk_url(self.request, "staffing:overview"))],
            **kwargs,
        )


class _TopicPage(DeskFormView):
    template_name = "staffing/form.html"
    feature = "staffing"
    place = PLACE
    roles = SEES
    heading = ""
    text = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not rules.can_assign(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def row(self) -> TopicResponsibility:
        found = TopicResponsibility.objects.filter(uid=self.kwargs["uid"], district=self.district)
        row = found.select_related("topic", "post", "municipality", "district").first()
        if row is None:
            raise Http404
        return row

    def words(self) -> dict[str, Any]:
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = desk_url(self.request, "staffing:topics")
        shown = {
            "heading": self.heading,
            "text": self.text % self.words() if self.text else "",
            "submit": self.heading,
            "cancel_url": back,
            "crumbs": [(_("Zuständigkeit"), desk_url(self.request, "staffing:overview")), (_("Themen"), back)],
        }
        return super().get_context_data(**(shown | kwargs))

    def back(self) -> str:
        return desk_url(self.request, "staffing:topics")


class GiveTopic(_TopicPage):
    """A topic to a post."""

    form_class = TopicForm

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("Thema zuordnen")

    def get_form_kwargs(self) -> dict[str, Any]:
        today = local_day(self.now)
        return {
            **super().get_form_kwargs(),
            "posts": Post.objects.visible_to(self.viewer).not_ended(today).order_by("number", "pk"),
            "topics": [(topic.pk, vocabulary.label(topic, "de")) for topic in vocabulary.topics()],
            "municipalities": list(places.municipalities_of(self.district.ags, today)),
        }

    def get_initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(key, "") for name, key in (("topic", "thema"), ("post", "stelle"))}
        return {**super().get_initial(), **asked, "valid_from": local_day(self.now)}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        topic = vocabulary.topic(data["topic"])
        if topic is None:
            raise Http404
        row = actions.give_topic(
            district=self.district,
            post=data["post"],
            topic=topic,
            municipality=data["municipality"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            viewer=self.viewer,
            now=self.now,
        )
        words = {"topic": vocabulary.label(topic, "de"), "post": row.post.short_label}
        undo = desk_url(self.request, "staffing:topic-remove", uid=row.uid) if row.valid_from >= local_day(self.now) else ""
        return self.done(_("Thema zugeordnet: %(topic)s, %(post)s.") % words, undo_url=undo, to=self.back())


class _OfTopic(_TopicPage):
    def words(self) -> dict[str, Any]:
        where = self.row.municipality.name if self.row.municipality else _("im ganzen Landkreis")
        return {"topic": vocabulary.label(self.row.topic, "de"), "post": self.row.post.short_label, "place": where}


class EndTopic(_OfTopic):
    """The last day of a responsibility for a topic."""

    form_class = TopicEndForm

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("Zuständigkeit beenden")

    @property
    def text(self) -> str:  # type: ignore[override]
        return _("%(topic)s, %(place)s: %(post)s. Danach antwortet wieder, wer für die Gemeinde zuständig ist.")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "last_day": self.row.last_day or local_day(self.now), "version": self.row.version}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        try_until = data["last_day"] + ONE_DAY
        row = actions.end_topic(row=self.row, valid_until=try_until, version=data["version"], viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "staffing:topic-reopen", uid=row.uid) if try_until >= local_day(self.now) else ""
        return self.done(_("Ende eingetragen."), undo_url=undo, to=self.back())

    def current_values(self) -> dict[str, Any]:
        fresh = TopicResponsibility.objects.get(pk=self.row.pk)
        return {"last_day": fresh.last_day, "version": fresh.version}


class _AskFirst(_OfTopic):
    template_name = "staffing/confirm.html"
    form_class = HouseForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(danger=False, **kwargs)


class ReopenTopic(_AskFirst):
    """Takes an end back; opened as a page it asks first."""

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("Ende zurücknehmen")

    @property
    def text(self) -> str:  # type: ignore[override]
        return _("%(topic)s, %(place)s: %(post)s bleibt ohne Ende zuständig.")

    def form_valid(self, form: Any) -> HttpResponse:
        actions.reopen_topic(row=self.row, viewer=self.viewer, now=self.now)
        return self.done(_("Ende zurückgenommen."), to=self.back())


class RemoveTopic(_AskFirst):
    """Takes back what has not begun before today."""

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("Zuständigkeit zurücknehmen")

    @property
    def text(self) -> str:  # type: ignore[override]
        return _("%(topic)s, %(place)s: %(post)s ist nicht zuständig. Es antwortet, wer es vorher tat.")

    def form_valid(self, form: Any) -> HttpResponse:
        actions.remove_topic(row=self.row, viewer=self.viewer, now=self.now)
        return self.done(_("Zuständigkeit zurückgenommen."), to=self.back())
