"""View bases: refusals become errors, a form sent twice acts once, conflicts keep the input, drafts come back."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.views.generic import TemplateView

from bruecke.core import clock
from bruecke.core.errors import Invalid, NotAllowed, RateLimited, Stale, WrongState
from bruecke.core.models import District, Draft
from bruecke.core.scope import for_district
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.ui.forms import FilterForm, GuardedForm, VersionedForm
from bruecke.ui.tables import Column
from bruecke.ui.templatetags.ui import undo_url
from bruecke.ui.tests.factories import guard_data
from bruecke.ui.views import DeskFormView, DeskListView, DeskPage, PublicForm, Tab

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def district():
    return District.objects.create(slug="muster", name="Musterkreis", ags="14999")


class NoteForm(VersionedForm):
    note = forms.CharField(label="Notiz")


class Bare:
    """Renders the context without a template."""

    def render_to_response(self, context, **kwargs):
        self.context = context
        return HttpResponse(f"{context.get('wrong_state', '')}|{context['form'].errors.as_text()}", **kwargs)


class NoteView(Bare, DeskFormView):
    template_name = "note.html"
    form_class = NoteForm
    success_url = "/danach/"
    draft_key = "note"
    refusal = None
    calls = []

    def current_values(self):
        return {"note": "von Herrn B.", "version": 7}

    def form_valid(self, form):
        if self.refusal:
            raise self.refusal
        self.calls.append(form.cleaned_data["note"])
        return self.done("Gespeichert.", undo_url="/zurueck/")


def desk_request(district, data=None, *, htmx=False, query="", headers=None):
    factory = RequestFactory(headers=headers)
    request = factory.get(f"/?{query}") if data is None else factory.post("/hier/", data)
    request.district, request.now, request.lang, request.door, request.htmx = district, NOW, "de", "desk", htmx
    request.viewer = Viewer(kind=ViewerKind.PERSON, district_id=district.pk, account_id=5, roles=frozenset({Role.COORDINATOR}))
    request._messages = CookieStorage(request)
    return request


def said(request):
    return [str(message) for message in get_messages(request)]


def run(view, request):
    view.setup(request)
    return view.dispatch(request)


def refused_by(error):
    view = NoteView()
    view.refusal = error
    return view


@pytest.fixture
def calls():
    NoteView.calls = []
    return NoteView.calls


def test_done_says_it_and_offers_the_way_back(district, calls):
    request = desk_request(district, {"note": "a", "form_key": "k"})
    response = run(NoteView(), request)
    assert (response.status_code, response["Location"], calls) == (302, "/danach/", ["a"])
    (message,) = get_messages(request)
    assert str(message) == "Gespeichert."
    assert undo_url(message) == "/zurueck/"


def test_sent_twice_acts_once(district, calls):
    run(NoteView(), desk_request(district, {"note": "a", "form_key": "k"}))
    second = desk_request(district, {"note": "a", "form_key": "k"})
    response = run(NoteView(), second)
    assert (response["Location"], calls, said(second)) == ("/danach/", ["a"], ["Bereits gespeichert."])


def test_refused_form_may_be_sent_again_with_its_key(district, calls):
    view = refused_by(Invalid({"note": "Zu kurz."}))
    response = run(view, desk_request(district, {"note": "a", "form_key": "k"}))
    assert response.status_code == 422
    assert view.context["form"].errors == {"note": ["Zu kurz."]}
    assert view.context["form_key"] == "k"
    run(NoteView(), desk_request(district, {"note": "ab", "form_key": "k"}))
    assert calls == ["ab"]


def test_wrong_state_is_an_alert(district):
    view = refused_by(WrongState("Schon abgeschlossen."))
    response = run(view, desk_request(district, {"note": "a"}))
    assert (response.status_code, view.context["wrong_state"]) == (409, "Schon abgeschlossen.")


def test_not_allowed_is_not_there(district):
    with pytest.raises(Http404) as caught:
        run(refused_by(NotAllowed()), desk_request(district, {"note": "a"}))
    assert isinstance(caught.value.__cause__, NotAllowed)


def test_conflict_keeps_input_and_draft(district):
    view = refused_by(Stale(changed_by="Herr B.", changed_at=NOW))
    response = run(view, desk_request(district, {"note": "meins", "version": "6"}))
    form = view.context["form"]
    assert response.status_code == 409
    assert [(line.saved, line.typed) for line in form.conflict.differences] == [("von Herrn B.", "meins")]
    assert form["version"].value() == "7"
    assert Draft.objects.get().data == {"note": "meins"}


def test_draft_is_kept_shown_and_dropped(district, calls):
    answer = run(NoteView(), desk_request(district, {"note": "halb", "_draft": "1"}, headers={"X-Draft": "line"}))
    assert "Entwurf gespeichert, " in answer.content.decode()
    view = NoteView()
    run(view, desk_request(district))
    assert view.context["form"].initial["note"] == "halb"
    assert view.context["draft"].data == {"note": "halb"}
    run(NoteView(), desk_request(district, {"note": "ganz"}))
    assert not Draft.objects.exists()


def test_draft_without_script_leads_back_to_the_page(district):
    request = desk_request(district, {"note": "halb", "_draft": "1"})
    answer = run(NoteView(), request)
    assert (answer.status_code, answer["Location"]) == (302, "/hier/")
    assert said(request) == ["Entwurf gespeichert."]
    assert Draft.objects.get().data == {"note": "halb"}


def test_draft_can_be_thrown_away(district):
    run(NoteView(), desk_request(district, {"note": "halb", "_draft": "1"}))
    assert run(NoteView(), desk_request(district, {"_discard": "1"})).status_code == 302
    assert not Draft.objects.exists()


def test_htmx_is_sent_to_the_whole_page(district, calls):
    response = run(NoteView(), desk_request(district, {"note": "a"}, htmx=True))
    assert (response.status_code, response["HX-Redirect"]) == (200, "/danach/")


def test_fragment_for_htmx_only(district):
    class Page(DeskPage):
        template_name = "x.html"
        fragment = "rows"

    for htmx, name in ((True, "x.html#rows"), (False, "x.html")):
        view = Page()
        view.setup(desk_request(district, htmx=htmx))
        assert view.get_template_names() == [name]


class Ask(GuardedForm):
    text = forms.CharField()


class AskView(Bare, PublicForm):
    form_class = Ask
    refusal = None
    calls = 0

    def form_valid(self, form):
        if self.refusal:
            raise self.refusal
        AskView.calls += 1
        return HttpResponse("danke")

    def already_sent(self, form):
        return HttpResponse(f"schon da {form.form_key}")


def public_request(district, data):
    request = RequestFactory().post("/", data)
    request.district, request.now, request.lang, request.viewer = district, NOW, "de", Viewer.anonymous(district.pk)
    return request


def test_public_form_sent_twice_acts_once_and_knows_its_key(district):
    AskView.calls = 0
    data = {"text": "x", **guard_data(Ask)}
    assert run(AskView(), public_request(district, data)).content == b"danke"
    again = run(AskView(), public_request(district, data)).content.decode()
    assert again == f"schon da {Ask(data).form_key}"
    assert AskView.calls == 1


@pytest.mark.parametrize(("site", "status"), [("cross-site", 302), ("same-origin", 200), ("", 200)])
def test_public_form_takes_nothing_that_a_foreign_page_sends(district, site, status):
    request = public_request(district, {"text": "x", **guard_data(Ask)})
    if site:
        request.META["HTTP_SEC_FETCH_SITE"] = site
    assert run(AskView(), request).status_code == status


def test_public_form_with_too_many_tries(district):
    view = AskView()
    view.refusal = RateLimited(60)
    response = run(view, public_request(district, {"text": "x", **guard_data(Ask)}))
    assert (response.status_code, response["Retry-After"]) == (429, "60")


def test_public_form_too_fast_comes_back_with_its_input(district):
    view = AskView()
    response = run(view, public_request(district, {"text": "x", **guard_data(Ask, age=timedelta(seconds=1))}))
    assert response.status_code == 422
    assert view.context["form"]["text"].value() == "x"


class Districts(DeskListView):
    template_name = "x.html"
    columns = (Column("name", "Name", ("name",)), Column("ags", "AGS"))
    default_sort = "name"
    page_size = 2
    filter_class = type("F", (FilterForm,), {"name": forms.CharField(label="Name")})

    def rows(self, values, tab):
        rows = District.objects.all()
        return rows.filter(name=values["name"]) if "name" in values else rows

    def tabs(self):
        return [Tab("all", "Alle", 3), Tab("mine", "Meine")]


def listed(district, query, view_class=Districts):
    view = view_class()
    view.setup(desk_request(district, query=query))
    with for_district(district):
        return view.get_context_data()


@pytest.fixture
def three(district):
    for number, name in enumerate(("Anton", "Zeta"), start=1):
        District.objects.create(slug=name.lower(), name=name, ags=f"1400{number}")
    return district


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Anton", "Musterkreis"]),
        ("page=2", ["Zeta"]),
        ("page=99", ["Zeta"]),
        ("sort=-name", ["Zeta", "Musterkreis"]),
        ("sort=ags", ["Anton", "Musterkreis"]),
        ("name=Zeta", ["Zeta"]),
    ],
)
def test_list_from_the_address(three, query, names):
    context = listed(three, query)
    assert [row.name for row in context["rows"]] == names
    assert context["total"] == (1 if "name" in query.split("=")[0] else 3)


def test_tabs_keep_filters_and_drop_the_page(three):
    context = listed(three, "tab=mine&name=Zeta&page=2")
    assert context["tab"] == "mine"
    assert [(tab.url, tab.is_current) for tab in context["tabs"]] == [
        ("?tab=all&name=Zeta", False),
        ("?tab=mine&name=Zeta", True),
    ]
    assert listed(three, "tab=unknown")["tab"] == "all"


def test_list_without_rows_is_a_defect(district):
    with pytest.raises(NotImplementedError):
        listed(district, "", DeskListView)


def test_bases_are_plain_views():
    assert issubclass(DeskPage, TemplateView)
    assert (DeskPage.door, PublicForm.door, PublicForm.cached) == ("desk", "public_form", False)
