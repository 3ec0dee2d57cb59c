"""Texts of an offer in other languages, and two of its versions side by side."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.offers import actions, queries
from bruecke.offers.forms.texts import CompareForm, TranslationForm
from bruecke.offers.queries import LanguageState
from bruecke.offers.views.desk.detail import OfOffer
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage


class Translate(OfOffer, DeskFormView):
    """The texts of one language beside the German ones."""

    template_name = "offers/desk/translate.html"
    form_class: type[TranslationForm] = TranslationForm
    needs_edit = True

    @cached_property
    def language(self) -> LanguageState:
        found = next((one for one in queries.languages_of(self.offer) if one.code == self.kwargs["code"]), None)
        if found is None:
            raise Http404
        return found

    @property
    def draft_key(self) -> str:  # type: ignore[override]
        return f"offers.translate:{self.kwargs['uid']}:{self.kwargs['code']}"

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.offer.version, **super().get_initial()}

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = queries.translation_lines(self.offer, self.language.code)
        return {**super().get_form_kwargs(), "lines": lines, "language": self.language}

    def current_values(self) -> dict[str, Any]:
        fresh = queries.offer(self.viewer, self.kwargs["uid"])
        if fresh is None:
            return {}
        texts = {line.field: line.text for line in queries.translation_lines(fresh, self.language.code)}
        return {**texts, "version": fresh.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = [
            (one, desk_url(self.request, "offers:translate", uid=self.offer.uid, code=one.code))
            for one in queries.languages_of(self.offer)
        ]
        crumbs = [*self.crumbs(), (self.offer.title, self.back())]
        return super().get_context_data(language=self.language, others=others, **{"crumbs": crumbs, **kwargs})

    def form_valid(self, form: Any) -> HttpResponse:
        actions.translate_offer(
            offer=self.offer,
            lang=self.language.code,
            texts=form.texts(),
            version=form.cleaned_data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        undo = desk_url(self.request, "offers:undo", uid=self.offer.uid)
        return self.done(_("Die Texte sind gespeichert."), undo_url=undo, to=self.back())


class Compare(OfOffer, DeskPage):
    """Two versions side by side, field by field; without a choice the last two."""

    template_name = "offers/desk/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = queries.versions(self.offer)
        form = CompareForm(self.request.GET, versions=versions)
        keys = [str(line.key) for line in versions]
        newer = form.values.get("mit") or keys[0]
        older = form.values.get("von") or next((key for key in keys[keys.index(newer) + 1 :]), newer)
        if keys.index(older) < keys.index(newer):
            older, newer = newer, older
        by_key = {str(line.key): line for line in versions}
        lines = queries.compare_versions(self.offer, int(older), int(newer), all_fields=bool(form.values.get("alle")))
        return super().get_context_data(
            form=CompareForm(_chosen(self.request.GET, older, newer), versions=versions),
            older=by_key[older],
            newer=by_key[newer],
            lines=lines,
            is_same=older == newer,
            may_restore=self.may_edit and not self.offer.is_archived and not by_key[older].is_current,
            **{"crumbs": [*self.crumbs(), (self.offer.title, self.back())], **kwargs},
        )


def _chosen(query: Any, older: str, newer: str) -> Any:
    data = query.copy()
    data["von"], data["mit"] = older, newer
    return data
