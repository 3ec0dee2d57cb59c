"""Escalation chains of a demo district: functions without names, numbers of the range that is reserved for fiction."""

from datetime import date, time, timedelta

from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import actions
from bruecke.staffing.models import EscalationContact
from bruecke.staffing.states import NoticeChannel

DISTRICTS = frozenset({"saechsische-schweiz-osterzgebirge"})
LARGE = 10_000  # residents from which a town has somebody on call outside office hours
OVERDUE = "Dohna"
TOLD_IN = "Pirna"
FIRST_NUMBER, LAST_NUMBER = 400, 499
OFFICE_HOURS = (((0, 2, 3), time(8), time(16)), ((1,), time(8), time(18)), ((4,), time(8), time(12)))
NIGHTS = ((range(4), time(16), time(8)), ((4,), time(12), time(23, 59)), ((5, 6), time(0), time(23, 59)))
ALWAYS = ((range(7), time(0), time(23, 59)),)


def load_escalation(context: DemoContext) -> None:
    """A chain for every municipality, steps that all share, and two notices; a district that has any stays as it is."""
    for district in context.districts:
        if district.slug in DISTRICTS:
            with for_district(district):
                if not EscalationContact.objects.exists():
                    _Loader(district, context).load()


class _Loader:
    """Adds steps one by one, each with the next invented number."""

    def __init__(self, district: District, context: DemoContext) -> None:
        self.district = district
        self.now = context.now
        self.viewer = Viewer.system("demo", district.pk)
        self.number = FIRST_NUMBER

    def load(self) -> None:
        checked = local_day(self.now) - timedelta(days=90)
        for area in Area.objects.of_kreis(self.district.ags).valid_on(local_day(self.now)).by_name():
            self._chain(area, checked - timedelta(days=365) if area.name == OVERDUE else checked)
        self._add(None, "Koordinierungsstelle Integration", "Konflikte in Unterkünften und Projekten", OFFICE_HOURS, checked)
        self._add(None, "Sozialamt, Rufbereitschaft", "nachts und am Wochenende, auch Obdach", NIGHTS, checked)

    def _chain(self, area: Area, checked: date) -> None:
        first = self._add(area, "Bürgermeisteramt", "zuerst anrufen, auch bei Drohungen gegen die Gemeinde", OFFICE_HOURS, checked)
        if (area.population or 0) >= LARGE:
            self._add(area, "Ordnungsamt, Bereitschaft", "rund um die Uhr; bei Gefahr zuerst 110", ALWAYS, checked)
        if area.name == TOLD_IN:
            self._told(area, first)

    def _add(self, area: Area | None, function: str, note: str, hours: tuple, checked: date) -> EscalationContact:
        values = {"function": function, "phone": self._next_number(), "note": note, "confirmed_on": checked}
        contact = actions.add_contact(district=self.district, municipality=area, values=values, viewer=self.viewer, now=self.now)
        for weekdays, starts, ends in hours:
            actions.add_on_call(contact=contact, weekdays=weekdays, starts=starts, ends=ends, viewer=self.viewer, now=self.now)
        return contact

    def _next_number(self) -> str:
        if self.number > LAST_NUMBER:
            raise ValueError("more steps than invented numbers")
        self.number += 1
        return f"030 23125 {self.number - 1}"

    def _told(self, area: Area, contact: EscalationContact) -> None:
        for days, was_reached, note in ((12, False, "Schmiererei an der Unterkunft"), (11, True, "Schmiererei an der Unterkunft")):
            actions.enter_notice(
                district=self.district,
                municipality=area,
                contact=contact,
                function=contact.function,
                channel=NoticeChannel.PHONE,
                was_reached=was_reached,
                told_at=self.now - timedelta(days=days),
                note=note,
                viewer=self.viewer,
                now=self.now,
            )
