"""A district's own words: relabelled, hidden, added, taken back; who may, and what follows."""

import pytest

from bruecke.core import events
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.vocabulary import actions, queries
from bruecke.vocabulary.actions import TermsChanged
from bruecke.vocabulary.importers import load_shipped_vocabulary
from bruecke.vocabulary.models import DistrictTerm


@pytest.fixture
def district(db, now):
    load_shipped_vocabulary(now)
    district = make_district("musterkreis")
    with for_district(district):
        yield district


@pytest.fixture
def office(district):
    return viewer_with(district, Role.DISTRICT_OFFICE)


@pytest.fixture
def told(monkeypatch):
    seen = []
    monkeypatch.setitem(events._handlers, TermsChanged, [seen.append])
    return seen


def relabel(district, viewer, now, key="sport", version=1, **words):
    given = {"labels": {"de": "Bewegung"}, "synonyms": {}, **words}
    return actions.relabel_term(district=district, taxonomy="category", key=key, version=version, viewer=viewer, now=now, **given)


def add(district, viewer, now, german="Nähstube", **given):
    values = {"labels": {"de": german}, "synonyms": {}, **given}
    return actions.add_term(district=district, taxonomy="category", viewer=viewer, now=now, **values)


def step(name, district, viewer, now, key="sport"):
    return getattr(actions, f"{name}_term")(district=district, taxonomy="category", key=key, viewer=viewer, now=now)


def word(district, key="sport"):
    return str(queries.term("category", key, district=district))


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_another_word_is_shown_and_the_shared_one_still_found(district, office, now, told):
    before = District.objects.get(pk=district.pk).public_version
    relabel(district, office, now, labels={"de": "Bewegung", "ar": ""}, synonyms={"de": ["Turnen", " Turnen ", ""]})
    assert word(district) == "Bewegung"
    found = queries.words_of("category", "sport", district=district)
    assert {("de", "Bewegung"), ("de", "Sport"), ("de", "Turnen")} <= set(found)
    assert DistrictTerm.objects.get().synonyms == {"de": ["Turnen"]}
    assert verbs() == ["vocabulary.term_changed"]
    assert AuditEntry.objects.get().fields == ["labels.de", "synonyms.de"]
    assert [(event.taxonomy, event.key) for event in told] == [("category", "sport")]
    assert District.objects.get(pk=district.pk).public_version == before + 1


def test_nothing_is_saved_when_nothing_differs(district, office, now, told):
    relabel(district, office, now, labels={"de": "Sport"})
    assert (DistrictTerm.objects.count(), verbs(), told) == (0, [], [])


def test_other_districts_keep_the_shared_word(district, office, now):
    relabel(district, office, now)
    other = make_district("anderswo")
    with for_district(other):
        assert word(other) == "Sport"


def test_two_at_once_are_told(district, office, now):
    relabel(district, office, now)
    relabel(district, office, now, labels={"de": "Sport und Spiel"})
    with pytest.raises(Stale):
        relabel(district, office, now, labels={"de": "Turnen"}, version=1)


def test_hide_and_show(district, office, now, told):
    step("hide", district, office, now)
    assert "sport" not in {term.key for term in queries.terms("category", district=district)}
    assert word(district) == "Sport"
    with pytest.raises(WrongState):
        step("hide", district, office, now)
    step("show", district, office, now)
    assert "sport" in {term.key for term in queries.terms("category", district=district)}
    assert verbs() == ["vocabulary.term_hidden", "vocabulary.term_shown"]
    assert len(told) == 2


def test_back_to_the_shared_words(district, office, now):
    relabel(district, office, now)
    step("hide", district, office, now)
    row = step("reset", district, office, now)
    assert (word(district), row.is_hidden) == ("Sport", True)
    with pytest.raises(WrongState):
        step("reset", district, office, now)
    own = add(district, office, now)
    with pytest.raises(WrongState):
        step("reset", district, office, now, key=own.key)


def test_an_own_term_is_offered_with_a_key_that_stays(district, office, now):
    first = add(district, office, now, parent_key="culture", synonyms={"de": ["Nähen"]})
    assert (first.key, first.parent_key) == ("eigen-naehstube", "culture")
    relabel(district, office, now, key=first.key, labels={"de": "Nähcafé"})
    assert queries.term("category", "eigen-naehstube", district=district).is_own
    assert add(district, office, now).key == "eigen-naehstube-2"
    assert {str(term) for term in queries.terms("category", district=district)} >= {"Nähcafé", "Nähstube"}


@pytest.mark.parametrize(
    ("german", "more", "field"),
    [
        ("", {}, "labels.de"),
        ("  ", {}, "labels.de"),
        ("!!", {}, "labels.de"),
        ("x" * 81, {}, "labels.de"),
        ("sport", {}, "labels.de"),
        ("Nähen", {"labels": {"de": "Nähen", "xx": "?"}}, "labels.xx"),
        ("Nähen", {"parent_key": "nirgends"}, "parent_key"),
        ("Nähen", {"synonyms": {"de": ["y" * 61]}}, "synonyms.de"),
        ("Nähen", {"synonyms": {"de": [f"w{number}" for number in range(31)]}}, "synonyms.de"),
    ],
)
def test_words_that_will_not_do(district, office, now, german, more, field):
    with pytest.raises(Invalid) as refused:
        add(district, office, now, german, **more)
    assert field in refused.value.errors
    assert DistrictTerm.objects.count() == 0


def test_unknown_terms_are_refused(district, office, now):
    for act in (lambda: step("hide", district, office, now, key="nirgends"), lambda: relabel(district, office, now, key="x")):
        with pytest.raises(WrongState):
            act()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR, Role.PRIVACY_OFFICER])
def test_other_roles_may_not(district, now, role):
    viewer = viewer_with(district, role)
    for act in (lambda: relabel(district, viewer, now), lambda: add(district, viewer, now)):
        with pytest.raises(NotAllowed):
            act()
    for name in ("hide", "show", "reset"):
        with pytest.raises(NotAllowed):
            step(name, district, viewer, now)


def test_another_districts_office_may_not(district, now):
    stranger = viewer_with(make_district("anderswo"), Role.DISTRICT_OFFICE)
    with pytest.raises(NotAllowed):
        relabel(district, stranger, now)
    assert add(district, Viewer.system("test", district.pk), now).key
