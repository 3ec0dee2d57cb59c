"""Desk pages of a single post: what it is, who holds it, its end."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.actions.holders import HOLDER_FIELDS
from bruecke.staffing.actions.posts import OWN_FIELDS, POST_FIELDS
from bruecke.staffing.forms import EndPostForm, HolderDetailsForm, HolderForm, OwnDetailsForm, PostForm
from bruecke.staffing.models import Post, PostHolder
from bruecke.staffing.queries.hand_over import may_open
from bruecke.staffing.queries.statistics import kind_words
from bruecke.staffing.states import PostState
from bruecke.staffing.views.plan import PLACE, ROLES
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.vocabulary import queries as vocabulary

SHOWN_HOURS = 6
ONE_DAY = timedelta(days=1)  # people name the last day, tables keep the first day after it


class OfPost:
    """Mixin: the post of the address; 404 when it is not the viewer's to see, or not to change on pages that change it."""

    place = PLACE
    feature = "staffing"
    roles: Any = ROLES
    needs = "see"
    """`see`, `details` (telephone, languages, hours) or `manage`"""
    request: Any
    kwargs: dict[str, Any]
    viewer: Any
    district: Any
    now: Any

    @cached_property
    def post_record(self) -> Post:
        found = queries.visible_post(self.viewer, self.kwargs["uid"])
        if found is None or not self.allows(found):
            raise Http404
        return found

    def allows(self, post: Post) -> bool:
        if self.needs == "manage":
            return rules.can_manage_posts(self.viewer)
        return self.needs == "see" or self.may_edit_details(post)

    def may_edit_details(self, post: Post) -> bool:
        return rules.can_edit_own_details(self.viewer, queries.post_facts(post, local_day(self.now)))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _checked = self.post_record
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def back(self) -> str:
        return desk_url(self.request, "staffing:post", uid=self.post_record.uid)

    def crumbs(self) -> list[tuple[object, str]]:
        return [
            (_("Zuständigkeit"), desk_url(self.request, "staffing:overview")),
            (self.post_record.short_label, self.back()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"post": self.post_record, "crumbs": self.crumbs(), "cancel_url": self.back()}
        return super().get_context_data(**(given | kwargs))  # type: ignore[misc]


class PostDetail(OfPost, DeskPage):
    """One post: facts, municipalities, holders, the next consultation hours."""

    template_name = "staffing/post.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post, today = self.post_record, local_day(self.now)
        holders = queries.holder_lines(post, today)
        state = queries.state_of(post, holders, today)
        return super().get_context_data(
            state=state,
            is_vacant=state is PostState.VACANT,
            has_ended=state is PostState.ENDED,
            holders=holders,
            places=queries.places_of_post(post, today),
            topics=list(queries.topics_of_post(post, today)),
            today=today,
            absences=queries.absences_of(post, today),
            hours=queries.next_hours(post, now=self.now, limit=SHOWN_HOURS),
            languages=language_names(post, "de"),
            kind=kind_words(post.kind),
            fte=post.fte_on(today),
            volumes=list(post.volumes.all()),
            need=queries.need_of_post(self.viewer, post, today),
            money=self.money(post),
            sees_need=rules.can_see_every_post(self.viewer),
            may_manage=rules.can_manage_posts(self.viewer),
            may_edit_details=self.may_edit_details(post),
            may_hand_over=may_open(self.viewer, post, today),
            has_hours=self.district.has_feature("consultation_hours"),
            crumbs=self.crumbs()[:1],
            **kwargs,
        )

    def money(self, post: Post) -> queries.PostMoney | None:
        """What it costs and who pays, for who may see that."""
        today = local_day(self.now)
        if not rules.can_see_costs(self.viewer, queries.post_facts(post, today)):
            return None
        return queries.money_of(self.viewer, post, today)


def language_names(post: Post, lang: str) -> list[str]:
    """The post's languages in words, in the order they were written down."""
    known = {language.code: vocabulary.label(language, lang) for language in vocabulary.languages()}
    return [known.get(code, code) for code in post.languages]


class CreatePost(DeskFormView):
    template_name = "staffing/form.html"
    form_class = PostForm
    place = PLACE
    feature = "staffing"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.can_manage_posts(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "viewer": self.viewer, "is_new": True}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "valid_from": local_day(self.now), "languages": ["de"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        up = desk_url(self.request, "staffing:overview")
        return super().get_context_data(
            heading=_("Neue Stelle"), submit=_("Stelle anlegen"), crumbs=[(_("Zuständigkeit"), up)], cancel_url=up, **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        values = {name: form.cleaned_data[name] for name in POST_FIELDS}
        made = actions.create_post(district=self.district, values=values, viewer=self.viewer, now=self.now)
        message = _("Stelle angelegt. Sie ist noch unbesetzt und hat noch keine Gemeinden.")
        beyond = queries.cap_on(self.district, max(made.valid_from, local_day(self.now))).exceeded
        if any(one.kind == made.kind for one in beyond):
            message = f"{message} {_('Es sind jetzt mehr Stellen dieser Art, als gefördert werden.')}"
        return self.done(message, to=desk_url(self.request, "staffing:post", uid=made.uid))


class _EditPost(OfPost, DeskFormView):
    """Mixin of both edit pages: the fields of the form are the fields of the action."""

    template_name = "staffing/form.html"
    names: tuple[str, ...] = ()
    heading: object = gettext_lazy("Stelle bearbeiten")

    def current_values(self) -> dict[str, Any]:
        fresh = Post.objects.get(pk=self.post_record.pk)
        return {name: getattr(fresh, name) for name in (*self.names, "version")}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.current_values()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, submit=_("Speichern"), **kwargs)

    def save(self, action: Any, form: Any, **more: Any) -> HttpResponseBase:
        values = {name: form.cleaned_data[name] for name in self.names}
        version = form.cleaned_data["version"]
        action(post=self.post_record, values=values, version=version, viewer=self.viewer, now=self.now, **more)
        return self.done(_("Gespeichert."), to=self.back())


class EditPost(_EditPost):
    form_class = PostForm
    names = POST_FIELDS
    needs = "manage"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "viewer": self.viewer}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["number"].required = True
        form.fields["number"].help_text = ""
        return form

    def form_valid(self, form: Any) -> HttpResponseBase:
        return self.save(actions.edit_post, form, fte_from=form.cleaned_data["fte_from"])


class EditOwnDetails(_EditPost):
    form_class = OwnDetailsForm
    names = OWN_FIELDS
    needs = "details"
    heading = gettext_lazy("Telefon und Sprachen")

    def form_valid(self, form: Any) -> HttpResponseBase:
        return self.save(actions.edit_own_details, form)


class EndPost(OfPost, DeskFormView):
    template_name = "staffing/form.html"
    form_class = EndPostForm
    needs = "manage"

    def get_initial(self) -> dict[str, Any]:
        post = self.post_record
        return {**super().get_initial(), "version": post.version, "valid_until": post.last_day}

    def current_values(self) -> dict[str, Any]:
        fresh = Post.objects.get(pk=self.post_record.pk)
        return {"version": fresh.version, "valid_until": fresh.last_day}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Die Gemeinden der Stelle sind dann ohne Zuständigkeit, bis Sie sie anderen zuordnen.")
        return super().get_context_data(heading=_("Stelle beenden"), submit=_("Stelle beenden"), text=text, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        ended = actions.end_post(
            post=self.post_record,
            valid_until=data["valid_until"] + ONE_DAY,
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        undo = desk_url(self.request, "staffing:post-reopen", uid=ended.uid)
        message = _("Der letzte Tag der Stelle ist der %(day)s.") % {"day": f"{data['valid_until']:%d.%m.%Y}"}
        return self.done(message, undo_url=undo, to=self.back())


class ReopenPost(OfPost, DeskFormView):
    template_name = "staffing/confirm.html"
    form_class = HouseForm
    needs = "manage"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Ende zurücknehmen"),
            text=_("Die Stelle hat dann kein Ende mehr. Gemeinden, die niemand anderes bekommen hat, gehören wieder zu ihr."),
            submit=_("Ende zurücknehmen"),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.reopen_post(post=self.post_record, viewer=self.viewer, now=self.now)
        return self.done(_("Die Stelle hat kein Ende mehr."), to=self.back())


class ChangeHolder(OfPost, DeskFormView):
    """Hand-over, first holder, or vacancy from a day on."""

    template_name = "staffing/form.html"
    form_class = HolderForm
    needs = "manage"

    def get_form_kwargs(self) -> dict[str, Any]:
        people = queries.possible_holders(self.post_record, local_day(self.now))
        return {**super().get_form_kwargs(), "people": people}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Zur Auswahl stehen Personen mit Zugang als Integrationskoordination bei: %(controller)s.")
        return super().get_context_data(
            heading=_("Stelle besetzen"),
            submit=_("Besetzung speichern"),
            text=text % {"controller": self.post_record.controller.name},
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        data, post = form.cleaned_data, self.post_record
        day = f"{data['valid_from']:%d.%m.%Y}"
        if form.is_vacancy:
            actions.vacate_post(post=post, valid_from=data["valid_from"], viewer=self.viewer, now=self.now)
            return self.done(_("Die Stelle ist ab %(day)s unbesetzt.") % {"day": day}, to=self.back())
        actions.change_holder(
            post=post,
            account=form.account,
            public_name=data["public_name"],
            is_name_released=data["is_name_released"],
            valid_from=data["valid_from"],
            fte=data["fte"],
            engagement=data["engagement"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Die Stelle ist ab %(day)s besetzt.") % {"day": day}, to=self.back())


class EditHolder(OfPost, DeskFormView):
    """Corrects what is written down about one holder; the days stay."""

    template_name = "staffing/form.html"
    form_class = HolderDetailsForm
    needs = "manage"

    @cached_property
    def holder(self) -> PostHolder:
        found = queries.visible_holder(self.viewer, self.kwargs["uid"])
        if found is None or not rules.can_manage_posts(self.viewer):
            raise Http404
        return found

    @cached_property
    def post_record(self) -> Post:
        return self.holder.post

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **{name: getattr(self.holder, name) for name in HOLDER_FIELDS}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Besetzung ab %(day)s. Eine andere Person tragen Sie unter „Stelle besetzen oder übergeben“ ein.")
        return super().get_context_data(
            heading=_("Angaben zur Besetzung"),
            submit=_("Speichern"),
            text=text % {"day": f"{self.holder.valid_from:%d.%m.%Y}"},
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        values = {name: form.cleaned_data[name] for name in HOLDER_FIELDS}
        actions.edit_holder(holder=self.holder, values=values, viewer=self.viewer, now=self.now)
        return self.done(_("Gespeichert."), to=self.back())
