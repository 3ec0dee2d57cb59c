"""Desk pages of a district's own words: the lists, one term, and the steps around it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core.registries import audit_verbs
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage, Tab
from bruecke.vocabulary import actions, queries
from bruecke.vocabulary.forms import TermForm
from bruecke.vocabulary.models import TAXONOMY_LABELS, DistrictTerm, Term
from bruecke.vocabulary.queries import TermView
from bruecke.vocabulary.rules import EDITORS
from bruecke.vocabulary.states import Taxonomy

Kwargs = dict[str, Any]


class _TermPage:
    """What the pages have in common: who may, and which taxonomy the address names."""

    roles = EDITORS
    place = "vocabulary.terms"
    request: Any
    kwargs: Kwargs
    district: Any
    viewer: Any
    now: Any

    @cached_property
    def taxonomy(self) -> Taxonomy:
        try:
            return Taxonomy(self.kwargs["taxonomy"])
        except ValueError as error:
            raise Http404 from error

    def list_url(self) -> str:
        return f"{desk_url(self.request, 'vocabulary:terms')}?tab={self.taxonomy}"

    def crumbs(self) -> list[tuple[object, str]]:
        return [
            (_("Begriffe"), desk_url(self.request, "vocabulary:terms")),
            (TAXONOMY_LABELS[self.taxonomy], self.list_url()),
        ]


class Terms(_TermPage, DeskPage):
    """All terms of one taxonomy, as this district uses them."""

    template_name = "vocabulary/terms.html"

    @cached_property
    def taxonomy(self) -> Taxonomy:
        wish = self.request.GET.get("tab", "")
        return Taxonomy(wish) if wish in set(Taxonomy) else Taxonomy.CATEGORY

    def get_context_data(self, **kwargs: Any) -> Kwargs:
        terms = queries.all_terms(self.taxonomy, district=self.district)
        shared = queries.shared_labels(self.taxonomy)
        names = {term.key: str(term) for term in terms}
        wanted = {one.code: str(one) for one in queries.languages() if one.code in self.district.public_languages}
        path = desk_url(self.request, "vocabulary:terms")
        return super().get_context_data(  # type: ignore[misc]
            tabs=[Tab(one, TAXONOMY_LABELS[one], None, f"{path}?tab={one}", one == self.taxonomy) for one in Taxonomy],
            rows=[(term, _common(term, shared), names.get(term.parent_key, ""), _missing(term, wanted)) for term in terms],
            taxonomy=self.taxonomy.value,
            **kwargs,
        )


def _missing(term: TermView, wanted: dict[str, str]) -> list[str]:
    """Languages of the district's pages without a word of their own."""
    return [name for code, name in wanted.items() if not term.labels.get(code)]


def _common(term: TermView, shared: dict[str, str]) -> str:
    """The shared word, where the district has another one."""
    word = shared.get(term.key, "")
    return word if word and word != str(term) else ""


class _OfTerm(_TermPage):
    """Mixin: the term of the address."""

    @cached_property
    def term(self) -> TermView:
        found = queries.term(self.taxonomy, self.kwargs["key"], district=self.district)
        if found is None:
            raise Http404
        return found

    @cached_property
    def own(self) -> DistrictTerm | None:
        return queries.own_term(self.viewer, self.taxonomy, self.kwargs["key"])

    @cached_property
    def shared(self) -> Term | None:
        return queries.shared_term(self.taxonomy, self.kwargs["key"])

    def step_url(self, step: str) -> str:
        return desk_url(self.request, f"vocabulary:{step}", taxonomy=self.taxonomy, key=self.term.key)

    def of_term(self) -> Kwargs:
        return {
            "district": self.district,
            "taxonomy": self.taxonomy.value,
            "key": self.kwargs["key"],
            "viewer": self.viewer,
            "now": self.now,
        }


class AddTerm(_TermPage, DeskFormView):
    """A term that only this district has."""

    template_name = "vocabulary/term.html"
    form_class: type[TermForm] = TermForm

    def get_form_kwargs(self) -> Kwargs:
        parents = [(term.key, str(term)) for term in queries.terms(self.taxonomy, district=self.district)]
        return {**super().get_form_kwargs(), "district": self.district, "parents": parents}

    def get_context_data(self, **kwargs: Any) -> Kwargs:
        given = {
            "heading": _("Eigenen Begriff anlegen"),
            "submit": _("Begriff anlegen"),
            "crumbs": self.crumbs(),
            "cancel_url": self.list_url(),
        }
        return super().get_context_data(**(given | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        row = actions.add_term(
            district=self.district,
            taxonomy=self.taxonomy,
            parent_key=form.cleaned_data.get("parent_key", ""),
            viewer=self.viewer,
            now=self.now,
            **form.values(),
        )
        undo = desk_url(self.request, "vocabulary:term-hide", taxonomy=self.taxonomy, key=row.key)
        return self.done(_("Der Begriff „%(word)s“ ist angelegt.") % {"word": row}, undo_url=undo, to=self.list_url())


class EditTerm(_OfTerm, DeskFormView):
    """The district's words for one term, and what was done to it."""

    template_name = "vocabulary/term.html"
    form_class: type[TermForm] = TermForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        _found = self.term
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> Kwargs:
        return {**super().get_form_kwargs(), "district": self.district, "shared": self.shared, "own": self.own}

    def current_values(self) -> Kwargs:
        row = queries.own_term(self.viewer, self.taxonomy, self.kwargs["key"])
        if row is None:
            return {}
        labels = {f"label_{code}": text for code, text in row.labels.items()}
        words = {f"words_{code}": ", ".join(found) for code, found in row.synonyms.items()}
        return {**labels, **words, "version": row.version}

    def get_context_data(self, **kwargs: Any) -> Kwargs:
        own = self.own
        given = {
            "heading": str(self.term),
            "submit": _("Speichern"),
            "crumbs": self.crumbs(),
            "cancel_url": self.list_url(),
            "term": self.term,
            "has_own_words": bool(own and not own.is_own and (own.labels or own.synonyms)),
            "urls": {step: self.step_url(f"term-{step}") for step in ("hide", "show", "reset")},
            "changes": [(line, _verb_words(line.verb)) for line in queries.term_changes(own)] if own else [],
        }
        return super().get_context_data(**(given | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        row = actions.relabel_term(**self.of_term(), **form.values(), version=form.cleaned_data["version"])
        undo = None if row.is_own else self.step_url("term-reset")
        return self.done(_("Die Wörter sind gespeichert. Die Suche folgt in wenigen Minuten."), undo_url=undo, to=self.list_url())


def _verb_words(verb: str) -> Any:
    return audit_verbs[verb].label if verb in audit_verbs else verb


class _Step(_OfTerm, DeskFormView):
    """A step without a page of its own."""

    http_method_names = ["post"]
    form_class = HouseForm
    template_name = "vocabulary/step.html"

    def get_context_data(self, **kwargs: Any) -> Kwargs:
        given = {"heading": str(self.term), "crumbs": self.crumbs(), "cancel_url": self.step_url("term")}
        return super().get_context_data(**(given | kwargs))


class HideTerm(_Step):
    def form_valid(self, form: Any) -> HttpResponse:
        actions.hide_term(**self.of_term())
        words = _("„%(word)s“ wird nicht mehr angeboten.") % {"word": self.term}
        return self.done(words, undo_url=self.step_url("term-show"), to=self.list_url())


class ShowTerm(_Step):
    def form_valid(self, form: Any) -> HttpResponse:
        actions.show_term(**self.of_term())
        words = _("„%(word)s“ wird wieder angeboten.") % {"word": self.term}
        return self.done(words, undo_url=self.step_url("term-hide"), to=self.list_url())


class ResetTerm(_Step):
    def form_valid(self, form: Any) -> HttpResponse:
        actions.reset_term(**self.of_term())
        return self.done(_("Es gelten wieder die gemeinsamen Wörter."), to=self.list_url())
