"""Texts in other languages, entered and approved by a person, and two versions side by side."""

import pytest

from bruecke.core import search
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.jobs import run_next
from bruecke.core.models import Job
from bruecke.core.tests.factories import viewer_with
from bruecke.core.translations import Origin, source_hash
from bruecke.core.viewer import Role
from bruecke.offers import actions, queries
from bruecke.offers.models import Offer
from bruecke.offers.states import OfferState
from bruecke.offers.tests.factories import make_offer, make_terms
from bruecke.vocabulary import actions as vocabulary


@pytest.fixture
def offer(scene):
    machine = {"text": "آلي", "origin": "machine", "source_hash": source_hash("Kurs"), "approved_at": None}
    return make_offer(
        scene.district, "Kurs", provider=scene.provider, description="Für alle", translations={"ar": {"title": machine}}
    )


def translate(offer, scene, now, viewer=None, lang="ar", version=None, **texts):
    return actions.translate_offer(offer=offer, lang=lang, texts=texts, version=version, viewer=viewer or scene.office, now=now)


def test_saving_approves_machine_text_and_makes_it_found(offer, scene, now):
    [line, _description] = queries.translation_lines(offer, "ar")
    assert (line.is_machine, line.is_outdated, line.text) == (True, False, "آلي")
    fresh = translate(offer, scene, now, title="آلي", description="للجميع")
    entry = fresh.translations["ar"]["title"]
    assert (entry["origin"], entry["approved_at"]) == (Origin.HUMAN, now.isoformat())
    [state] = queries.languages_of(fresh)
    assert (state.done, state.whole, state.machine, state.outdated) == (2, 2, 0, 0)
    assert [hit.uid for hit in search.search("للجميع", kind="offer", district=scene.district, lang="ar").hits] == [offer.uid]


def test_a_changed_german_text_asks_for_a_second_look(offer, scene, now):
    translate(offer, scene, now, title="آلي", description="للجميع")
    actions.edit_offer(offer=offer, values={"title": "Kurs am Abend"}, version=None, viewer=scene.office, now=now)
    offer.refresh_from_db()
    assert [line.is_outdated for line in queries.translation_lines(offer, "ar")] == [True, False]
    translate(offer, scene, now, title="آلي")
    offer.refresh_from_db()
    assert not queries.languages_of(offer)[0].waits


def test_an_empty_text_takes_the_translation_away(offer, scene, now):
    fresh = translate(offer, scene, now, title=" ")
    assert fresh.translations == {}
    assert fresh.text("title", "ar").lang == "de"


def test_nothing_is_saved_when_nothing_differs(offer, scene, now):
    version = translate(offer, scene, now, title="كورس").version
    assert translate(offer, scene, now, title="كورس").version == version


def test_refusals_of_translating(offer, scene, now):
    with pytest.raises(NotAllowed):
        translate(offer, scene, now, viewer=viewer_with(scene.district, Role.EDITOR), title="x")
    with pytest.raises(Stale):
        translate(offer, scene, now, version=99, title="x")
    with pytest.raises(Invalid):
        translate(offer, scene, now, title="x" * 161)
    with pytest.raises(Invalid):
        translate(offer, scene, now, lang="xx", title="x")
    actions.archive_offer(offer=offer, version=None, viewer=scene.office, now=now)
    with pytest.raises(WrongState):
        translate(offer, scene, now, title="x")


def test_editing_leaves_translations_alone(offer, scene, now):
    actions.edit_offer(offer=offer, values={"title": "Anders"}, version=None, viewer=scene.office, now=now)
    offer.refresh_from_db()
    assert offer.translations["ar"]["title"]["text"] == "آلي"


def test_versions_compared_field_by_field(offer, scene, now):
    actions.edit_offer(offer=offer, values={"title": "Kurs B", "cost_kind": "free"}, version=None, viewer=scene.office, now=now)
    newer, older = [line.key for line in queries.versions(offer)]
    changed = queries.compare_versions(offer, older, newer)
    assert [(str(line.label), line.before, line.after) for line in changed] == [
        ("Titel", "Kurs", "Kurs B"),
        ("Kosten", "nicht bekannt", "kostenlos"),
    ]
    every = queries.compare_versions(offer, older, newer, all_fields=True)
    assert len(every) == len(queries.EDITABLE) + 1, "one line for the one text in Arabic, one for the state"
    assert sum(not line.is_same for line in every) == 2


def test_own_words_are_found_after_the_job(scene, now):
    make_terms()
    offer = make_offer(scene.district, "Angebot", provider=scene.provider, terms={"category": ["advice"]})
    step = {"district": scene.district, "taxonomy": "category", "key": "advice", "viewer": scene.office, "now": now}
    vocabulary.relabel_term(**step, labels={"de": "Lotsendienst"}, synonyms={}, version=1)
    vocabulary.hide_term(**step)
    assert Job.objects.filter(kind="offers.reindex").count() == 1, "one job for all changes until it begins"
    while run_next(now):
        pass
    assert [hit.uid for hit in search.search("Lotsendienst", kind="offer", district=scene.district).hits] == [offer.uid]
    assert Offer.objects.get(pk=offer.pk).state == OfferState.ACTIVE


def test_texts_are_compared_one_by_one(offer, scene, now):
    translate(offer, scene, now, title="كورس", documents="جواز")
    newer, older = [line.key for line in queries.versions(offer)]
    found = {str(line.label): (line.before, line.after) for line in queries.compare_versions(offer, older, newer)}
    assert found == {"Titel (Arabisch)": ("آلي", "كورس"), "Mitzubringen (Arabisch)": ("–", "جواز")}
