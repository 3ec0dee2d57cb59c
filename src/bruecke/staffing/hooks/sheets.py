"""The page of a quarter: navigation, the job that makes and sends it, how long it is kept, words of the log."""

from datetime import date, timedelta

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bruecke.core.jobs import JobRun, enqueue, handler
from bruecke.core.models import District
from bruecke.core.place_sheets import Quarters
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    NavigationEntry,
    RetentionRule,
    audit_verbs,
    demo,
    navigation,
    retention,
)
from bruecke.core.scope import for_district
from bruecke.core.typesetting import forget_old, set_pdf
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.demo.calendar import load_calendar
from bruecke.staffing.exports import sheet_document

FEATURE = "staffing"

navigation.register(
    NavigationEntry(
        key="staffing.sheets",
        label=_("Quartalsübersichten"),
        route="staffing:sheets",
        group="network",
        icon="document",
        feature=FEATURE,
        roles=frozenset(rules.SEES_SHEETS),
        order=345,
    )
)


@handler("staffing.due_sheets", every=timedelta(hours=6))
def due_sheets(run: JobRun) -> None:
    """From the first working day after a quarter: one job a municipality whose page somebody wants and nobody made yet."""
    for district in District.objects.filter(is_published=True).order_by("pk"):
        quarter = queries.due_quarter(district, run.now) if district.has_feature(FEATURE) else None
        if quarter is None:
            continue
        with for_district(district):
            for ags in queries.places_to_send(quarter):
                enqueue(
                    kind="staffing.place_sheet",
                    args={"district": district.uid, "ags": ags, "quarter": quarter.isoformat()},
                    now=run.now,
                    district=district,
                    key=f"staffing.place_sheet:{district.uid}:{ags}:{quarter:%Y-%m-%d}",
                )


@handler("staffing.place_sheet")
def place_sheet(run: JobRun) -> None:
    """Make and send the page of one municipality; in one transaction with the note that it is done."""
    district = District.objects.get(uid=run.args["district"])
    quarters = Quarters.of(date.fromisoformat(run.args["quarter"]))
    with for_district(district), translation.override("de"):
        area = Area.objects.get(pk=run.args["ags"])

        def make() -> tuple[str, bytes]:
            tables = queries.sheet_tables(district, quarters, run.now)
            document = sheet_document(queries.place_page(area, quarters, tables, run.now), district, run.now)
            return document.title, set_pdf(document)

        actions.send_sheet(
            district=district,
            area=area,
            quarter=quarters.first,
            make=make,
            viewer=Viewer.system("sheet", district.pk),
            now=run.now,
        )


@handler("staffing.tidy_documents", every=timedelta(days=1))
def tidy_documents(run: JobRun) -> None:
    """Drop set documents that nobody asked for in weeks; they are made anew."""
    forget_old(run.now)


retention.register(
    RetentionRule(
        key="staffing.sheets",
        label=_("Quartalsübersichten, drei Jahre nach dem Quartal"),
        apply=actions.forget_old_sheets,
        order=85,
    )
)
for _verb, _label in (
    ("recipient_added", _("Empfänger der Quartalsübersicht hinzugefügt")),
    ("recipient_removed", _("Empfänger der Quartalsübersicht entfernt")),
    ("recipient_stopped", _("Quartalsübersicht abbestellt")),
    ("sheet_sent", _("Quartalsübersicht versendet")),
):
    audit_verbs.register(AuditVerb(key=f"staffing.{_verb}", label=_label))
demo.register(DemoStep(key="staffing.calendar", load=load_calendar, is_closing=True, order=61))
