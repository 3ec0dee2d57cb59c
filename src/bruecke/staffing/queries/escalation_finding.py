"""The escalation chain on *Heute* and in the search over everything: the number that would be called first, in one line."""

from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import local_day
from bruecke.core.dashboard import Card, CardFact, Counts, DashboardCard
from bruecke.core.folding import find_key
from bruecke.core.global_search import SearchHit, SearchHits, SearchQuestion
from bruecke.core.viewer import Role, Viewer
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.places.states import AreaKind
from bruecke.staffing import rules
from bruecke.staffing.queries.escalation import Step, chains_of
from bruecke.staffing.queries.responsible import open_district

FEATURE = "staffing"
SHEETS, SHEET = "staffing:escalation", "staffing:escalation-place"
_WORDS = ("notfall", "notfallkette", "notruf", "eskalation", "eskalationskette", "krise", "gefahr", "konflikt", "bereitschaft")
_SHORTEST = 4  # letters with which one of the words is meant


def first_step(steps: tuple[Step, ...]) -> Step | None:
    """Who can be reached now, the first in order; where nobody can, the first at all."""
    return next((step for step in steps if step.is_first), steps[0] if steps else None)


def _card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    """Whom a town hall would call now, for each of its municipalities. Two queries."""
    ags = sorted(viewer.municipalities)
    if not ags:
        return None
    chains = chains_of(viewer, open_district(), ags, now)
    facts: list[CardFact] = []
    for key in ags:
        place, step = places.place(key), first_step(chains[key])
        if place is None or step is None:
            continue
        words = _now("%(place)s: %(function)s, jetzt erreichbar") if step.reach.is_now else _now("%(place)s: %(function)s")
        label = words % {"place": place.name, "function": step.contact.function}
        facts.append(CardFact(label, step.contact.phone, is_phone=True))
    if not facts:
        return None
    return Card(facts, note=_("Bei Gefahr zuerst 110 oder 112."), way=(_("Ganze Kette"), SHEETS, {}))


CARDS = (DashboardCard("staffing.escalation", _("Notfall"), frozenset({Role.MUNICIPALITY}), _card, feature=FEATURE, order=12),)


def find_chains(question: SearchQuestion) -> SearchHits:
    """`Notfall Dohna`: the chain of a municipality; `Notfall` alone: those of one's own. Nothing where no such word is typed."""
    words = question.text.replace("?", " ").split()
    left = [word for word in words if not _asks(find_key(word))]
    if len(left) == len(words):
        return SearchHits()
    area = _own(question) if not left else _named(question, " ".join(left))
    open_ones = [
        (ags, name) for ags, name in area if rules.can_see_escalation(question.viewer, district_id=question.district.pk, ags=ags)
    ]
    shown = open_ones[: question.limit]
    chains = chains_of(question.viewer, question.district, [ags for ags, _name in shown], question.now) if shown else {}
    return SearchHits(tuple(_hit(ags, name, chains[ags]) for ags, name in shown), len(open_ones))


def _asks(word: str) -> bool:
    return len(word) >= _SHORTEST and any(known.startswith(word) for known in _WORDS)


def _own(question: SearchQuestion) -> list[tuple[str, str]]:
    rows = Area.objects.of_kreis(question.district.ags).valid_on(local_day(question.now)).by_name()
    return list(rows.filter(pk__in=question.viewer.municipalities).values_list("pk", "name"))


def _named(question: SearchQuestion, text: str) -> list[tuple[str, str]]:
    found = places.find_places(text, within=question.district.ags, limit=question.limit * 2)
    here = [match.area for match in found.matches if match.is_inside and match.area.kind is AreaKind.GEMEINDE]
    return list(dict.fromkeys((area.ags, area.name) for area in here))


def _hit(ags: str, name: str, steps: tuple[Step, ...]) -> SearchHit:
    step = first_step(steps)
    detail = f"{step.contact.function}, {step.contact.phone}" if step else ""
    return SearchHit(title=_now("Notfall %(place)s") % {"place": name}, route=SHEET, kwargs={"ags": ags}, detail=detail)
