"""Days on which the demo districts close, an office that changes its place, and town halls that get the page of a quarter."""

from datetime import date, time

from bruecke.core.models import District, DistrictSetting
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.settings import change_setting
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import actions
from bruecke.staffing.demo.posts import DOMAINS, SINCE
from bruecke.staffing.models import Post, SheetRecipient
from bruecke.staffing.queries.closures import CLOSING_DAYS

CLOSED = "24.12.–31.12."
TURNS = {"saechsische-schweiz-osterzgebirge": ("freital-umland", {1: "wilsdruff", 3: "koordinationsbuero"})}
"""Key of the post, and week of the month and key of the location: Tuesday afternoons by appointment."""
TOWN_HALLS = {
    "saechsische-schweiz-osterzgebirge": ("14628270", "14628110", "14628160"),
    "mittelsachsen": ("14522180",),
    "landkreis-leipzig": ("14729160",),
}


def load_calendar(context: DemoContext) -> None:
    """A district in which these are there already stays as it is."""
    for district in context.districts:
        with for_district(district):
            viewer = Viewer.system("demo", district.pk)
            if not DistrictSetting.objects.filter(district=district, key=CLOSING_DAYS).exists():
                change_setting(district=district, key=CLOSING_DAYS, text=CLOSED, valid_from=SINCE, viewer=viewer, now=context.now)
            if not SheetRecipient.objects.exists() and Post.objects.exists():
                _town_halls(district, viewer, context)
                _turns(district, viewer, context)


def _town_halls(district: District, viewer: Viewer, context: DemoContext) -> None:
    for area in Area.objects.filter(pk__in=TOWN_HALLS.get(district.slug, ())).order_by("pk"):
        actions.add_recipient(
            district=district,
            municipality=area,
            email=f"rathaus-{area.slug}@{DOMAINS[district.slug]}",
            viewer=viewer,
            now=context.now,
        )


def _turns(district: District, viewer: Viewer, context: DemoContext) -> None:
    key, turns = TURNS.get(district.slug, ("", {}))
    post = context.made["posts"].get((district.slug, key))
    if post is None:
        return
    places = {week: context.made["locations"][district.slug, place] for week, place in turns.items()}
    values = {
        "weekday": 1,
        "starts": time(14),
        "ends": time(16),
        "is_by_appointment": True,
        "valid_from": date(2026, 1, 1),
    }
    actions.create_rotation(post=post, places=places, values=values, viewer=viewer, now=context.now)
