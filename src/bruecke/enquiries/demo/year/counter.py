"""What comes by telephone and across the counter in the demo's year: quick entries, strokes of open hours, offers of help."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from bruecke.core import clock
from bruecke.core.agenda import Agenda
from bruecke.core.tokens import receipt_code_from
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions
from bruecke.enquiries.actions import Question
from bruecke.enquiries.actions.helping import Help, offer_help
from bruecke.enquiries.actions.tallying import add_stroke
from bruecke.enquiries.demo.doors import HELP
from bruecke.enquiries.demo.year import rhythm
from bruecke.enquiries.demo.year.people import Desk
from bruecke.enquiries.demo.year.rhythm import happens, office_at, one_of, pick
from bruecke.enquiries.states import ANSWERABLE, Channel, ContactKind, Outcome
from bruecke.places.models import Area
from bruecke.staffing.models import ConsultationHour
from bruecke.vocabulary.models import Topic

_CHANNELS = {Channel.PHONE: 50, Channel.IN_PERSON: 38, Channel.EMAIL: 12}
_OUTCOMES = {Outcome.ANSWERED: 62, Outcome.REFERRED: 15, Outcome.PASSED_ON: 11, Outcome.NO_OFFER: 8, Outcome.NO_CONCERN: 1, None: 3}
_STROKES = {Outcome.ANSWERED: 70, Outcome.PASSED_ON: 15, Outcome.REFERRED: 15}
_COUNTED_ON = 3  # Thursday, the open day of the offices


@dataclass(slots=True)
class Counter:
    """The counters of one district."""

    desk: Desk
    agenda: Agenda
    topics: dict[str, Topic]

    def capture(self, random: Random, turn: int, at: datetime) -> None:
        """One entry of somebody who is there today, for one of her places; `turn` says whose."""
        found = self.desk.holders(clock.local_day(at))
        viewer = self.desk.counter_of(found[turn % len(found)], at) if found else None
        if viewer is None:
            return
        situation = rhythm.situation(random, at.month)
        outcome = pick(random, _OUTCOMES)
        made = actions.capture_enquiry(
            district=self.desk.district,
            place=self._place_of(viewer, random, at) if happens(random, 0.93) else None,
            topic=self.topics[situation.topic],
            language=rhythm.language(random),
            channel=pick(random, _CHANNELS),
            outcome=outcome,
            viewer=viewer,
            now=at,
        )
        if outcome is None:
            later = office_at(random, at, random.randrange(1, 6))
            self.agenda.add(later, self.desk.district, lambda moment: self._settle(made.pk, Outcome.ANSWERED, moment))

    def _place_of(self, viewer: Viewer, random: Random, at: datetime) -> Area | None:
        mine = [area for area in self.desk.areas(clock.local_day(at)) if area.pk in viewer.municipalities]
        return random.choices(mine, [area.population or 1000 for area in mine])[0] if mine else None

    def _settle(self, key: int, outcome: Outcome, at: datetime) -> None:
        enquiry = self.desk.find(key)
        viewer = self.desk.worker(enquiry, at) if enquiry and enquiry.state in ANSWERABLE else None
        if enquiry and viewer:
            actions.close_enquiry(enquiry=enquiry, outcome=outcome, note="", version=None, viewer=viewer, now=at)

    # --- strokes -------------------------------------------------------------------------------------------------------

    def tally(self, random: Random, day: date) -> None:
        """Who sits in an open hour on Thursday makes strokes; now and then they are entered the day after, from paper."""
        if day.weekday() != _COUNTED_ON:
            return
        at = datetime.combine(day, time(14), clock.BERLIN)
        sitting = set(
            ConsultationHour.objects.filter(weekday=_COUNTED_ON, is_by_appointment=False, post__holders__account__isnull=False)
            .values_list("post__holders__account_id", flat=True)
            .order_by("pk")
        )
        for account in self.desk.holders(day):
            viewer = self.desk.counter_of(account, at) if account.pk in sitting else None
            if viewer is not None:
                self._sit(viewer, random, day)

    def _sit(self, viewer: Viewer, random: Random, day: date) -> None:
        count = round(3 + 5 * random.random() * rhythm.weight_of(day))
        start = datetime.combine(day, time(14, 5), clock.BERLIN) + timedelta(days=int(happens(random, 0.1)))
        for number in range(count):
            situation = rhythm.situation(random, day.month)
            language, outcome = rhythm.language(random), pick(random, _STROKES)
            channel = Channel.PHONE if happens(random, 0.15) else Channel.IN_PERSON

            def stroke(
                now: datetime,
                topic: str = situation.topic,
                language: str = language,
                outcome: Outcome = outcome,
                channel: Channel = channel,
            ) -> None:
                place = self._place_of(viewer, random, now)
                if place is not None:
                    add_stroke(
                        district=self.desk.district,
                        place=place,
                        topic=self.topics[topic],
                        language=language,
                        channel=channel,
                        outcome=outcome,
                        happened_on=day,
                        viewer=viewer,
                        now=now,
                    )

            self.agenda.add(start + timedelta(minutes=9 * number), self.desk.district, stroke)

    # --- people who want to help ---------------------------------------------------------------------------------------

    def help(self, random: Random, number: int, at: datetime) -> None:
        place = one_of(random, self.desk.areas(clock.local_day(at)))
        addressee = self.desk.addressee(place, clock.local_day(at))
        if addressee is None:
            return
        offered = one_of(random, HELP)
        message = Question(
            text=offered.text,
            topic=None,
            languages=("de",),
            languages_text=offered.spoken,
            contact_kind=ContactKind.EMAIL,
            contact=f"hilfsbereit-{number}@example.org",
        )
        made = offer_help(
            addressee=addressee,
            message=replace(message, consent_to_share=happens(random, 0.5)),
            offered=Help(offered.categories, offered.times, offered.is_organisation),
            receipt_code=receipt_code_from(f"demo-year-help-{self.desk.district.slug}-{number}"),
            viewer=Viewer.anonymous(self.desk.district.pk),
            now=at,
        )
        outcome = Outcome.REFERRED if happens(random, 0.7) else Outcome.ANSWERED
        later = office_at(random, at, random.randrange(1, 4))
        self.agenda.add(later, self.desk.district, lambda moment: self._settle(made.pk, outcome, moment))
