"""The life of one question of the demo's year: asked, answered, asked again, closed, each in its moment by the real action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bruecke.core.agenda import Agenda, Deed
from bruecke.core.tokens import receipt_code_from
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import Question
from bruecke.enquiries.demo.year import rhythm
from bruecke.enquiries.demo.year.people import Desk
from bruecke.enquiries.demo.year.rhythm import Situation, happens, office_at, one_of, pick
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import ANSWERABLE, ContactKind, EnquiryState, Outcome
from bruecke.places.models import Area
from bruecke.vocabulary.models import Topic

_WAITS = {0: 24, 1: 36, 2: 24, 3: 11, 4: 3, 6: 2}
"""Working days until the office writes; a few are late, some of them so late that the leading office hears of it."""
_FATES = {"answered": 62, "referred": 14, "no_offer": 8, "passed_on": 6, "withdrawn": 2, "assigned": 8}
_CONTACTS = {ContactKind.NONE: 55, ContactKind.EMAIL: 30, ContactKind.PHONE: 15}


Hand = Callable[["Life", Enquiry, Viewer, datetime], bool]
"""Hands a question to an offer; False where none fits."""


@dataclass(slots=True)
class Life:
    """What one question is about, and the hands it is in."""

    desk: Desk
    agenda: Agenda
    random: Random
    situation: Situation
    language: str
    hand: "Hand"
    key: int = 0

    def then(self, at: datetime, deed: Deed) -> None:
        self.agenda.add(at, self.desk.district, deed)

    def ask(self, place: Area | None, topic: Topic | None, number: int, at: datetime) -> None:
        """Send the form; what becomes of the question is settled now and happens later."""
        addressee = self.desk.addressee(place, at.date())
        if addressee is None:
            return
        contact = pick(self.random, _CONTACTS)
        seed = f"demo-year-{self.desk.district.slug}-{number}"
        enquiry = actions.submit_enquiry(
            addressee=addressee,
            question=Question(
                text=rhythm.words(self.language)["questions"][self.situation.key],
                topic=topic,
                languages=(self.language, "de") if self.language != "de" and happens(self.random, 0.3) else (self.language,),
                contact_language=self.language,
                contact_kind=contact,
                contact=_contact(contact, number),
                consent_to_share=happens(self.random, 0.35),
                consent_special_categories=self.situation.topic == "health",
            ),
            receipt_code=receipt_code_from(seed),
            viewer=Viewer.anonymous(self.desk.district.pk),
            now=at,
        )
        self.key = enquiry.pk
        self._plan(pick(self.random, _FATES), at)

    def _plan(self, fate: str, at: datetime) -> None:
        if fate == "withdrawn":
            self.then(at + timedelta(days=self.random.randrange(1, 20), hours=2), self._withdraw)
        if fate == "assigned":
            self.then(office_at(self.random, at, 0), self._assign)
        wait = pick(self.random, _WAITS)
        deeds = {"referred": self._refer, "no_offer": self._regret, "passed_on": self._pass_on}
        self.then(office_at(self.random, at, wait + (fate == "assigned")), deeds.get(fate, self._answer))

    # --- the office ----------------------------------------------------------------------------------------------------

    def begin(self, at: datetime) -> tuple[Enquiry, Viewer] | None:
        """The question opened and in somebody's hands, as long as it can be answered; None when it is gone or closed."""
        enquiry = self.desk.find(self.key)
        viewer = self.desk.worker(enquiry, at) if enquiry is not None and enquiry.state in ANSWERABLE else None
        if enquiry is None or viewer is None:
            return None
        if actions.open_enquiry(enquiry=enquiry, viewer=viewer, now=at - timedelta(minutes=4)):
            self._prepare(enquiry, viewer, at)
        return enquiry, viewer

    def _prepare(self, enquiry: Enquiry, viewer: Viewer, at: datetime) -> None:
        """Strange letters get a German title; now and then a note is left."""
        if self.language != "de":
            moment = at - timedelta(minutes=3)
            actions.rename_enquiry(enquiry=enquiry, headline=self.situation.title, version=None, viewer=viewer, now=moment)
        if happens(self.random, 0.12):
            text = one_of(self.random, rhythm.common()["notes"])
            actions.add_note(enquiry=enquiry, text=text, viewer=viewer, now=at - timedelta(minutes=2))

    def write(self, enquiry: Enquiry, viewer: Viewer, at: datetime, kind: str = "") -> None:
        """Answer in the resident's language, with the German words below."""
        german = rhythm.words("de")["answers"][kind or self.situation.answer]
        own = rhythm.words(self.language)["answers"][kind or self.situation.answer]
        text = german if self.language == "de" else f"{own}\n\nDeutsch: {german}"
        actions.answer_enquiry(enquiry=enquiry, text=text, language=self.language, version=None, viewer=viewer, now=at)

    def close(self, enquiry: Enquiry, viewer: Viewer, outcome: Outcome, at: datetime) -> None:
        actions.close_enquiry(enquiry=enquiry, outcome=outcome, note="", version=None, viewer=viewer, now=at)

    def _assign(self, at: datetime) -> None:
        """The leading office or a colleague gives the question to somebody else of the named office."""
        begun = self.begin(at)
        if begun is None:
            return
        enquiry, viewer = begun
        found = queries.assignees(enquiry, self.desk.district, at)
        others = [one.account for one in found if not one.is_outside and one.account.pk != enquiry.assigned_account_id]
        if others:
            actions.assign_enquiry(enquiry=enquiry, account=one_of(self.random, others), version=None, viewer=viewer, now=at)

    def _answer(self, at: datetime) -> None:
        if begun := self.begin(at):
            self.write(*begun, at)
            self.after_answer(at)

    def after_answer(self, at: datetime) -> None:
        """The resident writes again, or the office closes some day, or nobody does anything and the house closes it."""
        if happens(self.random, 0.22):
            later = timedelta(days=self.random.randrange(1, 4), hours=self.random.randrange(-3, 4))
            self.then(at + later, self._follow_up)
        elif happens(self.random, 0.55):
            self.then(office_at(self.random, at, self.random.randrange(4, 22)), self._close)

    def _close(self, at: datetime) -> None:
        begun = self.begin(at)
        if begun and begun[0].state == EnquiryState.ANSWERED:
            self.close(*begun, Outcome.ANSWERED, at)
            if happens(self.random, 0.05):
                self.then(at + timedelta(days=self.random.randrange(2, 20), hours=3), self._follow_up)

    def _regret(self, at: datetime) -> None:
        if begun := self.begin(at):
            self.write(*begun, at, "advice")
            self.close(*begun, Outcome.NO_OFFER, at + timedelta(minutes=3))

    def _pass_on(self, at: datetime) -> None:
        if begun := self.begin(at):
            self.write(*begun, at, "letter")
            self.close(*begun, Outcome.PASSED_ON, at + timedelta(minutes=3))

    def _refer(self, at: datetime) -> None:
        begun = self.begin(at)
        if begun and not self.hand(self, *begun, at):
            self.write(*begun, at)
            self.after_answer(at)

    # --- the resident --------------------------------------------------------------------------------------------------

    def _follow_up(self, at: datetime) -> None:
        enquiry = self.desk.find(self.key)
        if enquiry is None:
            return
        is_thanks = enquiry.state != EnquiryState.CLOSED and happens(self.random, 0.4)
        text = one_of(self.random, rhythm.words(self.language)["thanks" if is_thanks else "follow_ups"])
        actions.add_follow_up(enquiry=enquiry, text=text, viewer=queries.holder_viewer(enquiry), now=at)
        self.then(office_at(self.random, at, self.random.randrange(2)), self._finish if is_thanks else self._answer)

    def _finish(self, at: datetime) -> None:
        if begun := self.begin(at):
            self.close(*begun, Outcome.ANSWERED, at)

    def _withdraw(self, at: datetime) -> None:
        if enquiry := self.desk.find(self.key):
            actions.delete_own_enquiry(enquiry=enquiry, viewer=queries.holder_viewer(enquiry), now=at)


def _contact(kind: ContactKind, number: int) -> str:
    """Mailboxes and numbers that belong to nobody."""
    return {
        ContactKind.EMAIL: f"ratsuchend-{number}@example.org",
        ContactKind.PHONE: f"+49 30 23125 {number % 1000:03}",
        ContactKind.NONE: "",
    }[kind]
