"""Cards of *Heute* about questions: one's month, what runs in the district, who carries how much, the last quarter for others."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core import clock
from bruecke.core.dashboard import Card, CardFact, Counts, DashboardCard, cards
from bruecke.core.figures import FigureQuestion, Scope, closed_quarters
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import queries
from bruecke.enquiries.models import Enquiry, Referral, TallyEntry
from bruecke.enquiries.queries import figures, workload
from bruecke.enquiries.states import EnquiryKind

FEATURE = "enquiries"
_INBOX = "enquiries:inbox"
_FIGURES = "reporting:figures"


def _month(now: datetime) -> date:
    return clock.local_day(now).replace(day=1)


def _month_counts(viewer: Viewer, now: datetime) -> Mapping[str, QuerySet]:
    first = _month(now)
    came = Enquiry.objects.visible_to(viewer).filter(kind=EnquiryKind.QUESTION, received_at__gte=clock.start_of(first))
    strokes = TallyEntry.objects.filter(recorded_by_id=viewer.account_id, happened_on__gte=first)
    referred = Referral.objects.visible_to(viewer).filter(created_at__gte=clock.start_of(first))
    return {"came": came, "open": came.running(), "strokes": strokes, "referred": referred}


def _month_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    month = f"{_month(now):%Y-%m}"
    asked = {"tab": "alle", "art": EnquiryKind.QUESTION.value, "von": month, "bis": month}
    return Card(
        facts=(
            CardFact(_("Fragen eingegangen"), counts["came"], _INBOX, {**asked, "stand": ""}),
            CardFact(_("davon laufen noch"), counts["open"], _INBOX, {**asked, "stand": "laufend"}),
            CardFact(_("Vermittlungen"), counts["referred"], "enquiries:referrals"),
            CardFact(_("eigene Striche"), counts["strokes"], "enquiries:tally-days"),
        ),
        note=_now("Was Sie öffnen dürfen, seit dem %(day)s") % {"day": f"{_month(now):%d.%m.}"},
        way=(_("Zahlen öffnen"), _FIGURES, {"zahlen": "fragen"}),
    )


def _running_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    found = queries.inbox_counts(viewer, now)
    facts = [
        CardFact(_("laufende Fragen"), found.all, _INBOX, {"tab": "alle"}),
        CardFact(_("nicht zugewiesen"), found.unassigned, _INBOX, {"tab": "offen"}),
        CardFact(_("überfällig"), found.overdue, _INBOX, {"tab": "ueberfaellig"}, is_late=found.overdue > 0),
    ]
    if found.withheld:
        facts.append(CardFact(_("bei anderen Stellen, nur als Zahl"), found.withheld))
    return Card(facts)


def _workload_card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    lines = workload.by_post(viewer, now)
    facts = [
        CardFact(
            line.label,
            _now("%(running)s, davon %(overdue)s überfällig") % {"running": line.running, "overdue": line.overdue}
            if line.overdue
            else line.running,
            is_late=line.overdue > 0,
        )
        for line in lines
    ]
    return Card(facts, note=_("Laufende Fragen, die Sie öffnen dürfen")) if facts else None


def _quarter_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    """The sum that the page of figures shows as well, by months: no further query for names."""
    since, until = closed_quarters(clock.local_day(now), 1)[0]
    table = figures.question_counts(viewer, FigureQuestion(since, until, Scope.REST, figures.MONTH), now)
    return Card(
        facts=(CardFact(_("Fragen"), 0 if table.is_empty else table.total, _FIGURES, {"zahlen": "fragen"}),),
        note=_quarter(since),
        way=(_("Zahlen öffnen"), _FIGURES, {}),
    )


def _own_place_card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    """The rows of one's own places of the guarded table, exactly as the page of figures shows them."""
    since, until = closed_quarters(clock.local_day(now), 1)[0]
    table = figures.question_counts(viewer, FigureQuestion(since, until, Scope.REST, figures.PLACE), now)
    rows = [
        CardFact(head.label, number, _FIGURES, {"zahlen": "fragen"})
        for head, number in zip(table.rows, table.row_totals, strict=True)
        if head.key in viewer.municipalities
    ]
    facts = rows or [CardFact(_("Fragen"), 0)]
    return Card(facts, note=_quarter(since)) if viewer.municipalities else None


def _quarter(since: date) -> str:
    return _now("%(number)s. Quartal %(year)s, kleine Zahlen sind verdeckt") % {
        "number": (since.month + 2) // 3,
        "year": since.year,
    }


_LEADING = frozenset({Role.DISTRICT_OFFICE})
for _card in (
    DashboardCard(
        "enquiries.month",
        _("Ihr Monat"),
        frozenset({Role.COORDINATOR}),
        _month_card,
        counts=_month_counts,
        feature=FEATURE,
        order=20,
    ),
    DashboardCard("enquiries.running", _("Fragen im Landkreis"), _LEADING, _running_card, feature=FEATURE, order=10),
    DashboardCard("enquiries.workload", _("Auslastung der Stellen"), _LEADING, _workload_card, feature=FEATURE, order=30),
    DashboardCard(
        "enquiries.quarter",
        _("Fragen im letzten Quartal"),
        frozenset({Role.COMMISSIONER, Role.EMPLOYER, Role.AUDITOR, Role.GRANT_OFFICER}),
        _quarter_card,
        feature=FEATURE,
        order=40,
    ),
    DashboardCard(
        "enquiries.own-place",
        _("Fragen aus Ihrem Ort"),
        frozenset({Role.MUNICIPALITY}),
        _own_place_card,
        feature=FEATURE,
        order=30,
    ),
):
    cards.register(_card)
