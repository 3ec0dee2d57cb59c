"""A year of the catalogue: new offers, providers that confirm, propose or stay silent, hints of readers, endings, summer breaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from bruecke.accounts import queries as accounts
from bruecke.core.clock import BERLIN, local_day
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.settings import change_setting
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.models import Location, Organisation
from bruecke.offers import actions, rules
from bruecke.offers.actions import ACCEPT, REJECT
from bruecke.offers.demo.catalogue import SOURCE, content, offer_of, providers, say_something
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, Offer, OfferFeedback
from bruecke.offers.queries.freshness import CONFIRM_EVERY_MONTHS
from bruecke.offers.queries.provider import awaiting
from bruecke.offers.states import SHOWN, ChangeState, FeedbackReason, OfferState

_NEW = {"saechsische-schweiz-osterzgebirge": 165, "mittelsachsen": 100, "landkreis-leipzig": 70}
_HINTS = {
    FeedbackReason.TIMES: "Der Treff beginnt jetzt erst um 16 Uhr.",
    FeedbackReason.CONTACT: "Die Telefonnummer stimmt nicht mehr.",
    FeedbackReason.FULL: "Man sagte mir, dass kein Platz frei ist.",
    FeedbackReason.GONE: "",
}
_CHANGES: tuple[dict[str, Any], ...] = (
    {"registration_note": "Bitte per E-Mail anmelden"},
    {"documents": "Ausweis"},
    {"registration_note": "Ohne Anmeldung, einfach kommen"},
    {"status_requirement": "Für alle, die im Landkreis wohnen"},
)
_ANSWERS = {"confirm": 66, "propose": 9, "late": 12, "silent": 13}
_CONFIRMED_EVERY = {"saechsische-schweiz-osterzgebirge": 6, "mittelsachsen": 9, "landkreis-leipzig": 9}
"""Months, where a district decided otherwise than the house proposes."""
_YEAR = "offers.year"


@dataclass(slots=True)
class _Catalogue:
    """One district: what is still to be entered, and who does it."""

    context: DemoContext
    district: District
    owners: Mapping[str, Organisation]
    houses: Mapping[str, Location]
    entries: list[dict[str, Any]]
    a_day: float
    carried: float = 0.0
    asked_until: datetime | None = None
    _viewers: dict[Any, Viewer] = field(default_factory=dict)

    def live(self, now: datetime) -> None:
        """Add to the agenda what happens on this day."""
        day = local_day(now)
        if day.weekday() >= 5:
            return
        random = Random(f"offers {self.district.slug} {day}")  # noqa: S311 - the demo must be the same each time
        self.carried += self.a_day * (1.6 if day.month in {2, 8, 9} else 0.7 if day.month in {7, 12} else 0.95)
        while self.carried >= 1 and self.entries:
            self.carried -= 1
            entry = self.entries.pop()
            self._at(random, now, lambda moment, e=entry: self._enter(e, moment))
        self._asked_today(random, now)
        if random.random() < 0.16 * len(self.owners) / 90:
            self._at(random, now, lambda moment: self._hint(random, moment))
        if random.random() < 0.07:
            self._at(random, now, lambda moment: self._end_one(random, moment))
        if day.month == 7 and day.day <= 7:
            self._at(random, now, lambda moment: self._rest(random, moment))

    def _at(self, random: Random, now: datetime, deed: Any, days: int = 0) -> None:
        """Some minute in office hours, so many days later."""
        moment = datetime.combine(
            local_day(now) + timedelta(days=days), time(9 + random.randrange(7), random.randrange(60)), BERLIN
        )
        self.context.agenda_add(moment, self.district, deed)

    def _office(self, at: datetime) -> Viewer:
        """Who keeps the inventory: the leading office."""
        day = local_day(at)
        if day not in self._viewers:
            account = accounts.members_with_role(self.district, day, Role.DISTRICT_OFFICE).first()
            found = accounts.build_viewer(account, self.district, day) if account else Viewer.system("demo", self.district.pk)
            self._viewers = {day: found}
        return self._viewers[day]

    def _shown(self, at: datetime, random: Random) -> Offer | None:
        keys = list(Offer.objects.published(local_day(at)).order_by("pk").values_list("pk", flat=True))
        return Offer.objects.select_related("provider", "district").get(pk=random.choice(keys)) if keys else None

    def _enter(self, entry: dict[str, Any], at: datetime) -> None:
        new = offer_of(entry, self.owners, self.houses, now=at, today=local_day(self.context.end))
        actions.create_offers(district=self.district, offers=[new], viewer=self._office(at), now=at)

    # --- providers -----------------------------------------------------------------------------------------------------

    def _asked_today(self, random: Random, now: datetime) -> None:
        """What becomes of the mails of last night: most providers answer within days, some after the reminder, some never."""
        asked = ConfirmationRequest.objects.filter(asked_at__gte=now, asked_at__lt=now + timedelta(days=1)).order_by("pk")
        for key in asked.values_list("pk", flat=True):
            answer = random.choices(list(_ANSWERS), list(_ANSWERS.values()))[0]
            days = {"late": random.randrange(15, 20), "silent": random.randrange(32, 45)}.get(answer, random.randrange(1, 9))
            own = Random(random.random())  # noqa: S311 - see above
            self._at(own, now, lambda moment, k=key, a=answer, r=own: self._answer(k, a, r, moment), days)

    def _answer(self, key: int, answer: str, random: Random, at: datetime) -> None:
        request = ConfirmationRequest.objects.select_related("provider__district").get(pk=key)
        waiting = list(awaiting(request.provider, at, since=request.asked_at).order_by("pk"))
        if not waiting:
            return
        if answer == "silent":
            self._call(waiting, random, at)
            return
        viewer = Viewer.link(rules.LINK_PURPOSE, request.provider.uid, self.district.pk)
        if answer == "propose":
            self._propose(waiting.pop(), viewer, random, at)
        if waiting:
            actions.confirm_by_provider(offers=waiting, viewer=viewer, now=at)

    def _call(self, waiting: list[Offer], random: Random, at: datetime) -> None:
        """The office calls who stayed silent: mostly all is right, sometimes an offer is over."""
        if random.random() < 0.25:
            actions.archive_offer(offer=waiting.pop(), version=None, viewer=self._office(at), now=at)
        if waiting and random.random() < 0.8:
            actions.confirm_offers(offers=waiting, viewer=self._office(at), now=at)

    def _propose(self, offer: Offer, viewer: Viewer, random: Random, at: datetime) -> None:
        wanted = random.choice(_CHANGES)
        if all(getattr(offer, name) == value for name, value in wanted.items()):
            actions.confirm_by_provider(offers=[offer], viewer=viewer, now=at)
            return
        made = actions.propose_changes(offer=offer, values=wanted, viewer=viewer, now=at)
        self._at(random, at, lambda moment: self._decide(made.pk, random, moment), random.randrange(1, 6))

    def _decide(self, key: int, random: Random, at: datetime) -> None:
        proposal = ChangeProposal.objects.select_related("offer").get(pk=key)
        if proposal.state == ChangeState.OPEN:
            word = ACCEPT if random.random() < 0.85 else REJECT
            decisions = dict.fromkeys(proposal.fields.values_list("field", flat=True), word)
            actions.decide_change(proposal=proposal, decisions=decisions, version=None, viewer=self._office(at), now=at)

    # --- readers, endings, breaks --------------------------------------------------------------------------------------

    def _hint(self, random: Random, at: datetime) -> None:
        offer = self._shown(at, random)
        if offer is None:
            return
        reason, text = random.choice(list(_HINTS.items()))
        viewer = Viewer.anonymous(self.district.pk)
        made = actions.give_feedback(offer=offer, reason=reason, text=text, language="de", viewer=viewer, now=at)
        self._at(random, at, lambda moment: self._settle(made, moment), random.randrange(1, 8))

    def _settle(self, made: OfferFeedback, at: datetime) -> None:
        actions.settle_feedback(feedback=made, viewer=self._office(at), now=at)

    def _end_one(self, random: Random, at: datetime) -> None:
        offer = self._shown(at, random)
        if offer is not None and offer.state in SHOWN:
            actions.archive_offer(offer=offer, version=None, viewer=self._office(at), now=at)

    def _rest(self, random: Random, at: datetime) -> None:
        """A summer break of some weeks."""
        offer = self._shown(at, random)
        if offer is not None and offer.state == OfferState.ACTIVE:
            actions.pause_offer(offer=offer, version=None, viewer=self._office(at), now=at)
            self._at(random, at, lambda moment: self._resume(offer.pk, moment), 35)

    def _resume(self, key: int, at: datetime) -> None:
        offer = Offer.objects.get(pk=key)
        if offer.state == OfferState.PAUSED:
            actions.resume_offer(offer=offer, version=None, viewer=self._office(at), now=at)


def begin_year(context: DemoContext) -> None:
    """Plan which offers come in the year: those of the file at other houses of the district."""
    catalogues = context.made.setdefault(_YEAR, [])
    for district in context.districts:
        with for_district(district):
            if months := _CONFIRMED_EVERY.get(district.slug):
                change_setting(
                    district=district,
                    key=CONFIRM_EVERY_MONTHS,
                    text=str(months),
                    valid_from=local_day(context.now),
                    viewer=Viewer.system("demo", district.pk),
                    now=context.now,
                )
            owners, houses = providers(district, content()["organisations"], context)
        entries = _variants(district, _NEW.get(district.slug, 0))
        catalogues.append(_Catalogue(context, district, owners, houses, entries, len(entries) / 255))


def live_a_day(context: DemoContext) -> None:
    for catalogue in context.made[_YEAR]:
        with for_district(catalogue.district):
            catalogue.live(context.now)


def end_year(context: DemoContext) -> None:
    """Hints and proposals that wait on the last day."""
    for district in context.districts:
        with for_district(district):
            rows = Offer.objects.filter(external_source=SOURCE, state__in=SHOWN).select_related("provider", "district")
            fresh = rows.exclude(documents="Ausweis").exclude(registration_note="Bitte per E-Mail anmelden")
            say_something(list(fresh.order_by("pk")[:80]), district, context.now)


def _variants(district: District, count: int) -> list[dict[str, Any]]:
    """The same kinds of offers at other houses of providers of the same kind, named after their town; last ones first."""
    random = Random(f"variants {district.slug}")  # noqa: S311 - the demo must be the same each time
    mine = [one for one in content()["organisations"] if one["district"] == district.slug and one["locations"]]
    kinds = {one["key"]: one["kind"] for one in mine}
    kept = [one for one in content()["offers"] if one["district"] == district.slug and one["state"] == OfferState.ACTIVE]
    base = [one for one in kept if one["locations"]]
    made: list[dict[str, Any]] = []
    for number in range(count):
        entry = base[number % len(base)]
        key = entry["organisation"]
        others = [one for one in mine if one["kind"] == kinds.get(key) and one["key"] != key]
        if others:
            made.append(_variant(entry, random.choice(others), number))
    random.shuffle(made)
    return made


def _variant(entry: dict[str, Any], owner: dict[str, Any], number: int) -> dict[str, Any]:
    house = owner["locations"][0]
    made = {**entry, "key": f"{entry['key']}-{number}", "organisation": owner["key"], "locations": [house["key"]], "areas": []}
    made["title"] = _named(entry["title"], house["town"])
    made["confirmed_days_ago"] = 0
    made["schedules"] = [{**rule, "location": house["key"] if rule["location"] else None} for rule in entry["schedules"]]
    made["translations"] = {
        lang: {name: _named(text, house["town"]) if name == "title" else text for name, text in texts.items()}
        for lang, texts in entry["translations"].items()
    }
    return made


def _named(title: str, town: str) -> str:
    """The title with the town behind it, as offices tell offers of one kind apart."""
    return title if town in title else f"{title} · {town}"
