"""Sixty questions in the demo districts, through the real actions with the moments in which they would have happened."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from bruecke.accounts.models import Account
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.tokens import receipt_code_from
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.actions import Question, receipt_hash
from bruecke.enquiries.demo.tally import files_of
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import Channel, ContactKind, Outcome
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.vocabulary import queries as vocabulary

_ONLINE_A_DISTRICT = 14
_SHOWN = "saechsische-schweiz-osterzgebirge"
_PLACES = {
    "mittelsachsen": ("Freiberg", "Döbeln", "Mittweida", "Flöha", "Brand-Erbisdorf", "Rossau", "Hainichen"),
    _SHOWN: ("Pirna", "Freital", "Pirna", "Heidenau", "Freital", "Pirna", "Dippoldiswalde"),
    "landkreis-leipzig": ("Grimma", "Markkleeberg", "Borna", "Wurzen", "Zwenkau", "Naunhof", "Grimma"),
}
_WITHOUT_PLACE = 4
_PHONE = "+49 30 23125 7{number:02}"


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """Language, topic, the resident's words, and the short German title the office gave it."""

    language: str
    topic: str
    text: str
    title: str


@cache
def _words() -> dict[str, Any]:
    """Invented questions, answers, thanks and notes."""
    return json.loads((Path(__file__).parents[1] / "data" / "demo.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a question: how many working days ago it came, and what was done with it."""

    days: int
    hour: int
    deed: str = ""
    has_place: bool = True
    is_shared: bool = False
    contact: ContactKind = ContactKind.NONE


_FATES = (
    _Fate(6, 19, "answer_thanks", contact=ContactKind.EMAIL),
    _Fate(3, 9, "answer"),
    _Fate(5, 16, "open"),
    _Fate(1, 8),
    _Fate(0, 6, is_shared=True),
    _Fate(4, 11, "note"),
    _Fate(2, 14, has_place=False),
    _Fate(12, 10, "close", contact=ContactKind.PHONE),
    _Fate(9, 15, "answer", is_shared=True),
    _Fate(1, 13, "open", contact=ContactKind.EMAIL),
    _Fate(20, 9, "close"),
    _Fate(7, 17, "open"),
    _Fate(30, 12, "no_offer"),
    _Fate(3, 15, "note", is_shared=True),
)
_CAPTURES = (
    (Channel.PHONE, "authorities", "de", Outcome.ANSWERED),
    (Channel.IN_PERSON, "german", "uk", Outcome.REFERRED),
    (Channel.PHONE, "housing", "ar", None),
    (Channel.IN_PERSON, "school", "de", Outcome.ANSWERED),
    (Channel.EMAIL, "work", "en", Outcome.NO_OFFER),
    (Channel.PHONE, "health", "uk", Outcome.ANSWERED),
)


def _seed(slug: str, number: int) -> str:
    """Stands for the form key of a demo question, so that its receipt code is the same in each installation of one secret key."""
    return f"demo-question-{slug}-{number}"


def demo_receipts() -> list[str]:
    """Receipt codes to try out: an answered question with a dialogue, and an answered one in Arabic."""
    return [receipt_code_from(_seed(_SHOWN, number)) for number in (0, 1)]


def shown_hashes(slug: str) -> list[str]:
    """Under what the receipt codes of a district's hand-made questions are stored."""
    return [receipt_hash(receipt_code_from(_seed(slug, number))) or "" for number in range(_ONLINE_A_DISTRICT)]


def load_enquiries(context: DemoContext) -> None:
    """Fourteen questions by form and six entries a district; a district that has them already stays as it is."""
    texts = iter([DemoQuestion(**entry) for entry in _words()["questions"]])
    for district in context.districts:
        mine = [next(texts) for _ in range(_ONLINE_A_DISTRICT)]
        with for_district(district):
            if not Enquiry.objects.filter(receipt_hash__in=shown_hashes(district.slug)).exists():
                _District(district, context.now).load(mine)


class _District:
    """One district being filled."""

    def __init__(self, district: District, now: datetime) -> None:
        self.district = district
        self.now = now
        areas = {area.name: area for area in places.municipalities_of(district.ags, clock.local_day(now))}
        self.places = [areas[name] for name in _PLACES.get(district.slug, ()) if name in areas] or list(areas.values())[:7]
        self.topics = {topic.pk: topic for topic in vocabulary.topics()}
        self.numbers = count()

    def load(self, questions: list[DemoQuestion]) -> None:
        for number, (words, fate) in enumerate(zip(questions, _FATES, strict=True)):
            place = self.places[number % len(self.places)] if fate.has_place and self.places else None
            enquiry = self._ask(number, words, fate, place)
            if enquiry is not None and fate.deed:
                self._work(enquiry, words, fate, number)
        self._capture()

    def _moment(self, days: int, hour: int) -> datetime:
        """A working day back, at an hour; never in the future and never the same minute twice."""
        day = clock.local_day(self.now)
        while days > 0:
            day -= timedelta(days=1)
            days -= rules.is_working_day(day)
        moment = datetime.combine(day, time(hour, 7 + next(self.numbers) % 50), tzinfo=clock.BERLIN)
        return min(moment, self.now - timedelta(minutes=40 - next(self.numbers) % 30))

    def _ask(self, number: int, words: DemoQuestion, fate: _Fate, place: Area | None) -> Enquiry | None:
        at = self._moment(fate.days, fate.hour)
        addressee = queries.addressee_for(self.district, place, clock.local_day(at))
        if addressee is None:
            return None
        contact = {
            ContactKind.EMAIL: f"fragend-{number}@example.org",
            ContactKind.PHONE: _PHONE.format(number=number),
            ContactKind.NONE: "",
        }[fate.contact]
        question = Question(
            text=words.text,
            topic=self.topics.get(words.topic),
            languages=(words.language, "de") if words.language != "de" and number % 2 == 0 else (words.language,),
            contact_language=words.language,
            contact_kind=fate.contact,
            contact=contact,
            consent_to_share=fate.is_shared,
            consent_special_categories=words.topic == "health",
        )
        return actions.submit_enquiry(
            addressee=addressee,
            question=question,
            receipt_code=receipt_code_from(_seed(self.district.slug, number)),
            files=files_of(number),
            viewer=Viewer.anonymous(self.district.pk),
            now=at,
        )

    def _worker(self, enquiry: Enquiry, at: datetime) -> Viewer | None:
        """Who has the question, else somebody who may read it."""
        account = enquiry.assigned_account
        if account is not None:
            return queries.viewer_of(account, self.district, at)
        found = queries.assignees(enquiry, self.district, at)
        viewers = (queries.viewer_of(entry.account, self.district, at) for entry in found if not entry.is_outside)
        return next((viewer for viewer in viewers if rules.can_read(viewer, enquiry)), None)

    def _work(self, enquiry: Enquiry, words: DemoQuestion, fate: _Fate, number: int) -> None:
        at = self._steps(enquiry.received_at)
        viewer = self._worker(enquiry, enquiry.received_at)
        if viewer is None:
            return
        moment = next(at)
        actions.open_enquiry(enquiry=enquiry, viewer=viewer, now=moment)
        if words.title:
            actions.rename_enquiry(enquiry=enquiry, headline=words.title, version=None, viewer=viewer, now=moment)
        if fate.deed == "note":
            actions.add_note(enquiry=enquiry, text=_words()["notes"][number % 3], viewer=viewer, now=next(at))
        if fate.deed in {"answer", "answer_thanks", "close"}:
            language = words.language if words.language == "ar" or number % 3 == 0 else "de"
            text = _words()["answers"][language][number % 3]
            actions.answer_enquiry(enquiry=enquiry, text=text, language=language, version=None, viewer=viewer, now=next(at))
        if fate.deed == "answer_thanks":
            holder = queries.holder_viewer(enquiry)
            actions.add_follow_up(enquiry=enquiry, text=_words()["thanks"][words.language], viewer=holder, now=next(at))
        if fate.deed in {"close", "no_offer"}:
            outcome = Outcome.NO_OFFER if fate.deed == "no_offer" else Outcome.ANSWERED
            actions.close_enquiry(enquiry=enquiry, outcome=outcome, note="", version=None, viewer=viewer, now=next(at))

    def _steps(self, start: datetime) -> Iterator[datetime]:
        """Moments in office hours after the question came, one on each working day, none of them in the future."""
        day = clock.local_day(start)
        for number, hour in enumerate((10, 9, 14, 11, 16)):
            day = day if number == 0 and start.astimezone(clock.BERLIN).hour < hour else rules.working_days_after(day, 1)
            moment = datetime.combine(day, time(hour, 12 + 3 * number), tzinfo=clock.BERLIN)
            yield max(min(moment, self.now - timedelta(minutes=10 - number)), start + timedelta(minutes=1 + number))

    def _capture(self) -> None:
        """Entries of those who are in charge of the places, spread over the last days; one of them without a place."""
        holders = [(area, viewer) for area in self.places if (viewer := self._in_charge(area)) is not None]
        for number, (channel, topic, language, outcome) in enumerate(_CAPTURES):
            if not holders:
                return
            area, viewer = holders[number % len(holders)]
            actions.capture_enquiry(
                district=self.district,
                place=area if number != _WITHOUT_PLACE else None,
                topic=self.topics[topic],
                language=language,
                channel=channel,
                outcome=outcome,
                viewer=viewer,
                now=self._moment(number, 9 + number),
            )

    def _in_charge(self, area: Area) -> Viewer | None:
        addressee = queries.addressee_for(self.district, area, clock.local_day(self.now))
        hands = queries.route(addressee, self.now) if addressee else None
        account = Account.objects.filter(pk=hands.account_id).first() if hands else None
        viewer = queries.viewer_of(account, self.district, self.now) if account else None
        return viewer if viewer is not None and rules.can_capture(viewer) else None
