"""What the posts of the demo districts cost, who pays, who supervises, and the counts behind their need.

Costs follow a published figure (Sächsische Schweiz-Osterzgebirge, 2017: 7,5 VzÄ, 450.000 Euro of the Land as 90 %); accommodation
is invented, foreign residents are those of the Zensus 2022.
"""

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files

from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, ImportContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import actions
from bruecke.staffing.demo.posts import SINCE
from bruecke.staffing.importers.figures import apply_figures, parse_census
from bruecke.staffing.models import MunicipalityFigure, Post, PostCost, PostHolder
from bruecke.staffing.states import Engagement, FigureKind, PayerKind

PER_FTE = Decimal(500_000) / Decimal("7.5")
BEFORE = Decimal(63_000)
LAND, REST = Decimal(90), Decimal(10)
OPEN = {"saechsische-schweiz-osterzgebirge": 4}
"""The number of a post whose own share nobody has taken over yet."""
NEED_NOTE = (
    "Die Wege sind weit, und die Gemeinden haben keine eigene Fachkraft. Zwei Unterkünfte liegen ohne Busanschluss am Wochenende."
)


def load_depth(context: DemoContext) -> None:
    """For posts that `load_staffing` made; a district in which costs stand already stays as it is."""
    for district in context.districts:
        with for_district(district):
            if not PostCost.objects.exists() and Post.objects.exists():
                _describe(district, context)
                _pay(district, context)
            if not MunicipalityFigure.objects.exists():
                _count(district, context)


def _describe(district: District, context: DemoContext) -> None:
    viewer = Viewer.system("demo", district.pk)
    for post in Post.objects.select_related("controller", "employer").order_by("number"):
        of_district = post.controller.kind == "district"
        values = {
            "attached_to": "Sozialamt, Sachgebiet Integration" if of_district else "Fachbereich Beratung",
            "line_supervision": "Leitung Sozialamt" if of_district else "Geschäftsführung",
            "technical_supervision": "Koordinierungsstelle Integration",
            "need_note": NEED_NOTE if post.number == OPEN.get(district.slug) else "",
        }
        actions.edit_post(post=post, values=values, version=None, viewer=viewer, now=context.now)
    for holder in PostHolder.objects.order_by("post__number", "valid_from"):
        how = Engagement.TAKEN_OVER if holder.post_id % 3 == 0 else Engagement.NEW
        actions.edit_holder(holder=holder, values={"engagement": how}, viewer=viewer, now=context.now)


def _pay(district: District, context: DemoContext) -> None:
    viewer, now = Viewer.system("demo", district.pk), context.now
    this_year = date(local_day(context.end).year, 1, 1)
    for post in Post.objects.select_related("controller").order_by("number"):
        for amount, since in ((BEFORE, SINCE), (PER_FTE, this_year)):
            costs = {
                "yearly_amount": (amount * post.fte).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
                "source": f"Stellenplan {since.year}",
                "valid_from": since,
                "valid_until": None,
            }
            actions.add_cost(post=post, values=costs, viewer=viewer, now=now)
        land = {
            "kind": PayerKind.LAND,
            "name": "Freistaat Sachsen",
            "percent": LAND,
            "file_number": f"KomInt {this_year.year}-{post.number:02d}",
        }
        own = PayerKind.DISTRICT if post.controller.kind == "district" else PayerKind.ASSOCIATION
        shares = [land] if post.number == OPEN.get(district.slug) else [land, {"kind": own, "percent": REST}]
        for share in shares:
            values = {"name": "", "file_number": "", "valid_from": SINCE, "valid_until": None, **share}
            actions.add_payer(post=post, values=values, viewer=viewer, now=now)


def _count(district: District, context: DemoContext) -> None:
    """Foreign residents by the import of the desk, and invented places in accommodation of the larger towns."""
    viewer, now = Viewer.system("demo", district.pk), context.now
    looking = ImportContext(district, viewer, now)
    text = files("bruecke.staffing").joinpath("data/zensus2022_auslaenderanteil.csv").read_text(encoding="utf-8")
    parsed = [parse_census(row, looking) for row in csv.DictReader(text.splitlines())]
    if problems := [row.problems for row in parsed if row.problems]:
        raise ValueError(problems)
    apply_figures([row.values for row in parsed if row.decision == "create"], district=district, viewer=viewer, now=now)
    towns = Area.objects.of_kreis(district.ags).valid_on(local_day(now)).by_name()
    places: dict[str, int | None] = {area.pk: round((area.population or 0) / 2000) * 10 for area in towns}
    actions.enter_figures(
        district=district,
        kind=FigureKind.ACCOMMODATION_PLACES,
        as_of=date(local_day(now).year - 1, 12, 31),
        values={ags: count if count and count >= 30 else 0 for ags, count in places.items()},
        source="erfundene Zahlen der Beispieldaten",
        viewer=viewer,
        now=now,
    )
