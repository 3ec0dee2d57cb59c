"""Suggestions from the inventory: what is found without place, topic or German, verdicts, needs, missing offers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.core import memo
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import AuditEntry
from bruecke.enquiries import actions
from bruecke.enquiries.actions import choosing, referral
from bruecke.enquiries.models import Enquiry, OfferChoice, UnmetDemand
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.queries.referrals import UnmetFilters
from bruecke.enquiries.queries.suggesting import asked_by, offer_lines, suggestions
from bruecke.enquiries.states import MisfitReason, Need, Outcome, RejectReason
from bruecke.enquiries.tests.factories import DOHNA, HEIDENAU, ask, capture, handing, make_offers, refer, viewer
from bruecke.offers.actions import reindex
from bruecke.offers.tests.factories import TUESDAYS, make_house
from bruecke.vocabulary.models import Term

UKRAINIAN = "Чи є курс німецької вранці?"


@pytest.fixture
def offers(scene):
    near, other = make_offers(scene, "Deutsch-Treff", "Konversation am Abend", description="Wir üben Deutsch am Vormittag.")
    return [near, other]


def titles(enquiry, now):
    return [one.offer.title for one in suggestions(enquiry, now)]


def test_words_topic_and_language_find_offers(scene, now, offers):
    [far] = make_offers(scene, "Chor", terms={"category": ["culture"], "language": [], "target_group": []})
    asked = ask(scene, now, languages=("uk",))
    found = suggestions(asked, now)
    assert {one.offer.pk for one in found} >= {offer.pk for offer in offers}
    assert far.pk not in {one.offer.pk for one in found}
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert "spricht Ukrainisch" in found[0].reasons


@pytest.mark.parametrize(
    "values",
    [
        {"topic": None, "text": "Deutsch am Vormittag"},
        {"text": UKRAINIAN, "languages": ("uk",), "contact_language": "uk"},
        {"text": "qqqq xxxx"},
    ],
)
def test_it_works_without_place_topic_or_german(scene, now, offers, values):
    asked = ask(scene, now, None, **values)
    assert asked_by(asked).ags == ""
    assert "Deutsch-Treff" in titles(asked, now)


def test_only_a_ukrainian_text(scene, now):
    """The words of the vocabulary stand in the index in every language."""
    make_offers(scene, "Kurs")
    Term.objects.filter(key="language-course").update(synonyms={"uk": ["курс німецької"]})
    memo.forget()
    reindex(district=scene.district)
    asked = ask(scene, now, None, topic=None, text=UKRAINIAN, languages=("uk",), contact_language="uk")
    assert titles(asked, now) == ["Kurs"]


def test_nothing_known_gives_nothing_and_does_not_break(scene, now, offers):
    asked = ask(scene, now, None, topic=None, text="!?")
    assert suggestions(asked, now) == []


def test_the_german_title_of_the_office_counts(scene, now, offers):
    asked = ask(scene, now, None, topic=None, text="ばんごはん", contact_language="en")
    assert titles(asked, now) == []
    actions.rename_enquiry(
        enquiry=asked, headline="Konversation am Abend", version=None, viewer=viewer(scene, "office", now), now=now
    )
    assert titles(Enquiry.objects.get(pk=asked.pk), now)[0] == "Konversation am Abend"


def test_near_stands_before_far(scene, now):
    provider = make_offers(scene, "Erstes")[0].provider
    houses = [make_house(provider, DOHNA), make_house(provider, HEIDENAU)]
    make_offers(scene, "Kurs in Dohna", locations=[houses[0]])
    make_offers(scene, "Kurs in Heidenau", locations=[houses[1]])
    found = suggestions(ask(scene, now, HEIDENAU, text="Kurs"), now)
    order = [one.offer.title for one in found]
    assert order.index("Kurs in Heidenau") < order.index("Kurs in Dohna")
    assert "im Ort" in found[order.index("Kurs in Heidenau")].reasons


def test_needs_are_kept_and_rank_anew(scene, now, offers):
    make_offers(scene, "Deutsch mit Kindern", has_childcare=True, description="Wir üben Deutsch am Vormittag.")
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    choosing.set_needs(enquiry=asked, needs=[Need.CHILDCARE], target_group="parents", viewer=who, now=now)
    fresh = Enquiry.objects.get(pk=asked.pk)
    assert (fresh.needs, fresh.target_group) == (["childcare"], "parents")
    assert titles(fresh, now)[0] == "Deutsch mit Kindern"
    with pytest.raises(Invalid):
        choosing.set_needs(enquiry=asked, needs=[], target_group="unbekannt", viewer=who, now=now)
    with pytest.raises(NotAllowed):
        choosing.set_needs(enquiry=asked, needs=[], target_group="", viewer=viewer(scene, "freital", now), now=now)


def test_the_number_of_queries_does_not_grow(scene, now, offers):
    asked = ask(scene, now, text="Deutsch am Vormittag", languages=("uk",))
    suggestions(asked, now)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as caught:
            suggestions(asked, now)
        counts.append(len(caught))
        make_offers(scene, *[f"Deutsch {number}" for number in range(6)])
    assert counts[1] <= counts[0] <= 24


# --- verdicts -----------------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_goes_with_its_facts_and_comes_back(scene, now, offers):
    asked, who = ask(scene, now, languages=("uk",)), viewer(scene, "heidenau", now)
    first = suggestions(asked, now)[0]
    choice = choosing.reject_suggestion(enquiry=asked, shown=first, reason=MisfitReason.TIME, viewer=who, now=now)
    assert (choice.rank, choice.score, choice.reason, choice.decided_by_id) == (1, first.score, "time", who.account_id)
    assert choice.facts == list(first.facts)
    assert "language" in choice.facts
    assert first.offer.title not in titles(asked, now)
    choosing.undo_rejection(enquiry=asked, offer=first.offer, viewer=who, now=now)
    assert titles(asked, now)[0] == first.offer.title
    with pytest.raises(WrongState):
        choosing.undo_rejection(enquiry=asked, offer=first.offer, viewer=who, now=now)
    with pytest.raises(NotAllowed):
        choosing.reject_suggestion(
            enquiry=asked, shown=first, reason=MisfitReason.TIME, viewer=viewer(scene, "freital", now), now=now
        )


def test_referring_and_inserting_are_verdicts_too(scene, now, offers):
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    first, second = suggestions(asked, now)[:2]
    choosing.note_inserted(enquiry=asked, shown=first, viewer=who, now=now)
    referral.prepare_referral(enquiry=asked, offer=second.offer, handing=handing(), shown=second, version=None, viewer=who, now=now)
    assert list(OfferChoice.objects.order_by("rank").values_list("verdict", "rank")) == [("chosen", 1), ("chosen", 2)]


def test_verdicts_outlive_the_question_without_it(scene, now, offers):
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    choosing.note_inserted(enquiry=asked, shown=suggestions(asked, now)[0], viewer=who, now=now)
    actions.erase_enquiry(enquiry=asked, keeps_codes=False, viewer=who, now=now)
    assert list(OfferChoice.objects.values_list("enquiry_id", "rank")) == [(None, 1)]


def test_a_provider_that_said_no_is_proposed_no_more(scene, now, offers):
    asked = ask(scene, now)
    made = refer(scene, now, asked, offers[0])
    referral.answer_referral(
        referral=made, accepts=False, reason=RejectReason.LANGUAGE, viewer=referrals.provider_viewer(made), now=now
    )
    assert titles(asked, now) == ["Konversation am Abend"]


def test_the_lines_for_an_answer(scene, now):
    [offer] = make_offers(scene, "Deutsch-Treff", schedules=[TUESDAYS])
    house = make_house(offer.provider, HEIDENAU, name="Haus am Markt", street="Beispielstraße 3")
    [offer] = make_offers(scene, "Sprachcafé", locations=[house], schedules=[TUESDAYS])
    lines = offer_lines(offer, url="https://example.org/x", now=now).split("\n")
    assert lines == [
        "Sprachcafé",
        "Familienzentrum",
        "Haus am Markt, Beispielstraße 3, 01809 Heidenau",
        "dienstags, 09:00–11:00 Uhr",
        "https://example.org/x",
    ]


# --- what is missing ------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_counted_once_without_the_person(scene, now, offers):
    asked, who = ask(scene, now, languages=("uk", "de")), viewer(scene, "heidenau", now)
    demand = choosing.note_unmet(enquiry=asked, category="meeting-place", viewer=who, now=now)
    assert (demand.place_id, demand.topic_id, demand.category, demand.language) == (HEIDENAU, "german", "meeting-place", "uk")
    assert demand.month == now.date().replace(day=1)
    with pytest.raises(WrongState):
        choosing.note_unmet(enquiry=asked, category="", viewer=who, now=now)
    actions.erase_enquiry(enquiry=asked, keeps_codes=False, viewer=who, now=now)
    assert UnmetDemand.objects.count() == 1


def test_the_note_is_taken_back_by_who_wrote_it_for_half_an_hour(scene, now, offers):
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    choosing.note_unmet(enquiry=asked, category="", viewer=who, now=now)
    for other, at in ((viewer(scene, "office", now), now), (who, now + timedelta(minutes=31))):
        with pytest.raises(WrongState):
            choosing.undo_unmet(enquiry=asked, viewer=other, now=at)
    with pytest.raises(NotAllowed):
        choosing.undo_unmet(enquiry=asked, viewer=viewer(scene, "freital", now), now=now)
    choosing.undo_unmet(enquiry=asked, viewer=who, now=now)
    assert not UnmetDemand.objects.exists()
    choosing.note_unmet(enquiry=asked, category="", viewer=who, now=now)
    assert UnmetDemand.objects.get().category == "language-course"  # the closest of the topic


def test_closing_without_an_offer_notes_it_and_undoing_takes_it_back(scene, now, offers):
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    closed = actions.close_enquiry(enquiry=asked, outcome=Outcome.NO_OFFER, note="", version=None, viewer=who, now=now)
    assert UnmetDemand.objects.count() == 1
    actions.undo_step(enquiry=asked, version=closed.version, viewer=who, now=now)
    assert not UnmetDemand.objects.exists()
    assert Enquiry.objects.get(pk=asked.pk).unmet_demand_id is None


def test_undoing_a_close_leaves_what_was_noted_before(scene, now, offers):
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    choosing.note_unmet(enquiry=asked, category="", viewer=who, now=now - timedelta(minutes=5))
    closed = actions.close_enquiry(enquiry=asked, outcome=Outcome.NO_OFFER, note="", version=None, viewer=who, now=now)
    assert UnmetDemand.objects.count() == 1
    actions.undo_step(enquiry=asked, version=closed.version, viewer=who, now=now)
    assert UnmetDemand.objects.count() == 1


def test_a_call_that_no_offer_fits_counts_and_can_be_taken_back(scene, now, offers):
    called = capture(scene, now, outcome=Outcome.NO_OFFER)
    assert UnmetDemand.objects.get().language == "uk"
    actions.undo_capture(enquiry=called, viewer=viewer(scene, "heidenau", now), now=now)
    assert not UnmetDemand.objects.exists()


def test_who_reads_what_is_missing(scene, now, offers):
    capture(scene, now, outcome=Outcome.NO_OFFER)
    for name, sees in (("heidenau", 1), ("freital", 0), ("office", 1), ("commissioner", 0)):
        assert referrals.unmet(viewer(scene, name, now)).count() == sees, name
    who = viewer(scene, "office", now)
    assert referrals.unmet(who, UnmetFilters(topic="housing")).count() == 0
    assert referrals.unmet(who, UnmetFilters(topic="german", month=now.date().replace(day=1), place=HEIDENAU)).count() == 1


def test_set_aside_leaves_no_content_in_the_audit(scene, now, offers):
    asked, who = ask(scene, now), viewer(scene, "heidenau", now)
    choosing.set_needs(enquiry=asked, needs=[Need.WOMEN_ONLY], target_group="", viewer=who, now=now)
    entry = AuditEntry.objects.get(verb="enquiry.needs_noted")
    assert "women" not in str(entry.__dict__)
