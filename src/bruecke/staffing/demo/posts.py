"""Posts, municipalities in their charge and consultation hours of the demo districts, with two gaps left on purpose."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from bruecke.core.clock import local_day, start_of
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, DemoStage
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.staffing import actions
from bruecke.staffing.models import Absence, Post

SINCE = date(2024, 1, 1)
WEEKLY, FORTNIGHTLY = 1, 2
DOMAINS = {
    "saechsische-schweiz-osterzgebirge": "soe.example.org",
    "mittelsachsen": "msn.example.org",
    "landkreis-leipzig": "lkl.example.org",
}


LEAVE = {"saechsische-schweiz-osterzgebirge": ("freital-umland", "bannewitz")}
"""Who goes on leave, and who stands in, by keys of posts."""


@dataclass(frozen=True, slots=True)
class _Hour:
    """Weekday (0 Monday), from, to (whole hours), key of the location."""

    weekday: int
    starts: int
    ends: int
    location: str
    by_appointment: bool = False
    interval: int = WEEKLY


@dataclass(frozen=True, slots=True)
class _Post:
    """One post. `login` is the mailbox of its holder's account, empty where it became vacant this month.

    `lost` are municipalities that were taken away last month and given to nobody.
    """

    key: str
    area_name: str
    fte: str
    login: str
    municipalities: str
    hours: tuple[_Hour, ...] = ()
    languages: tuple[str, ...] = ("de", "en")
    office: str = "district"
    controller: str = "district"
    employer: str = "district"
    lost: str = ""
    is_ending: bool = False


POSTS: dict[str, tuple[_Post, ...]] = {
    "saechsische-schweiz-osterzgebirge": (
        _Post(
            "pirna",
            "Pirna",
            "1.00",
            "kik-pirna",
            "270 070",
            (_Hour(1, 9, 12, "pirna"), _Hour(3, 13, 17, "pirna", True)),
            ("de", "en", "ru"),
            "pirna",
        ),
        _Post(
            "heidenau", "Heidenau", "1.00", "kik-heidenau", "160 080 250", (_Hour(0, 10, 12, "heidenau"),), ("de", "uk"), "heidenau"
        ),
        _Post(
            "freital",
            "Freital",
            "1.00",
            "kik-freital",
            "110",
            (_Hour(3, 14, 18, "koordinationsbuero"), _Hour(1, 9, 12, "freital", True)),
            ("de", "en", "ar"),
            "koordinationsbuero",
            "association",
            "association",
        ),
        _Post(
            "freital-umland",
            "Freital-Umland",
            "0.75",
            "kik-freital-umland",
            "410 400 090",
            (_Hour(2, 9, 12, "wilsdruff"),),
            ("de", "en"),
            "wilsdruff",
        ),
        _Post(
            "bannewitz",
            "Bannewitz",
            "0.75",
            "kik-bannewitz",
            "050 220 300",
            (_Hour(2, 14, 17, "bannewitz", False, FORTNIGHTLY),),
            ("de", "fr"),
            "bannewitz",
        ),
        _Post(
            "dippoldiswalde",
            "Dippoldiswalde",
            "0.75",
            "kik-dippoldiswalde",
            "060 205 150 170",
            (_Hour(1, 13, 18, "dippoldiswalde"),),
            ("de", "en"),
            "dippoldiswalde",
        ),
        _Post("osterzgebirge", "Osterzgebirge", "0.75", "", "010 130 020 040 230"),
        _Post(
            "sebnitz",
            "Sebnitz",
            "0.75",
            "kik-sebnitz",
            "360 260 380 190",
            (_Hour(3, 9, 12, "sebnitz"),),
            ("de", "cs"),
            "sebnitz",
            lost="100 240 370",
        ),
        _Post(
            "saechsische-schweiz",
            "Sächsische Schweiz",
            "0.75",
            "kik-saechsische-schweiz",
            "030 140 210 310 320 330 340 390",
            (_Hour(0, 13, 16, "koenigstein", True),),
            ("de", "uk", "ru"),
            "koenigstein",
            is_ending=True,
        ),
    ),
    "mittelsachsen": (
        _Post(
            "freiberg",
            "Freiberg",
            "1.00",
            "kik-freiberg",
            "180 240 480 035 590 210 430",
            (_Hour(1, 9, 12, "freiberg"), _Hour(3, 14, 18, "freiberg")),
            ("de", "en", "ar"),
            "freiberg",
        ),
        _Post(
            "brand-erbisdorf",
            "Brand-Erbisdorf und Erzgebirge",
            "0.75",
            "kik-brand-erbisdorf",
            "050 200 340 390 090 520 400 470 170 110 320",
            (_Hour(2, 9, 12, "brand"),),
            ("de", "ru"),
            "brand",
        ),
        _Post(
            "floeha",
            "Flöha",
            "1.00",
            "kik-floeha",
            "140 020 420 440 150 330",
            (_Hour(3, 13, 17, "floeha"),),
            ("de", "en", "uk"),
            "floeha",
        ),
        _Post(
            "doebeln",
            "Döbeln",
            "1.00",
            "kik-doebeln",
            "080 220 510 570 250 310 275 540",
            (_Hour(1, 14, 18, "doebeln"),),
            ("de", "ar"),
            "doebeln",
        ),
        _Post(
            "mittweida",
            "Mittweida",
            "0.75",
            "kik-mittweida",
            "360 010 500 230 120 300 070 060 550 260 380",
            (_Hour(0, 9, 11, "mittweida"), _Hour(2, 14, 16, "rossau", False, FORTNIGHTLY)),
            ("de", "en"),
            "rossau",
        ),
        _Post("rochlitz", "Rochlitz", "0.75", "", "490 190 530 600 280 580 350 460 290"),
    ),
    "landkreis-leipzig": (
        _Post(
            "markkleeberg",
            "Leipziger Neuseenland",
            "1.00",
            "kik-markkleeberg",
            "260 270 430 350 170 100 040 370 190",
            (_Hour(1, 9, 12, "markkleeberg"), _Hour(3, 14, 17, "markkleeberg", True)),
            ("de", "en"),
            "markkleeberg",
        ),
        _Post(
            "grimma",
            "Grimma und Wurzen",
            "1.00",
            "kik-grimma",
            "160 410 030 245 380 250 070 060 300 340 020 400 080",
            (_Hour(1, 13, 17, "district"), _Hour(3, 9, 12, "wurzen")),
            ("de", "en", "ar"),
            lost="330",
        ),
        _Post(
            "borna",
            "Borna und Südraum",
            "1.00",
            "kik-borna",
            "050 220 360 320 140 150 010",
            (_Hour(2, 9, 12, "borna"),),
            ("de", "ru"),
            "borna",
        ),
    ),
}


def load_staffing(context: DemoContext) -> None:
    """Posts under `made["posts"]`; a district that has posts already stays as it is."""
    posts = context.made.setdefault("posts", {})
    for district in context.districts:
        with for_district(district):
            for number, plan in enumerate(POSTS.get(district.slug, ()), start=1):
                known = Post.objects.filter(number=number).first()
                posts[district.slug, plan.key] = known or _make(district, number, plan, context)
            if context.stage is not DemoStage.YEAR and not Absence.objects.exists():
                plan_leave(district, context)


def plan_leave(district: District, context: DemoContext) -> None:
    """A leave of two weeks that begins in three, with a deputy of the same employer; so far it changes nothing."""
    absent, deputy = (context.made["posts"].get((district.slug, key)) for key in LEAVE.get(district.slug, ("", "")))
    if absent and deputy:
        first = local_day(context.end) + timedelta(days=21)
        actions.enter_absence(
            post=absent,
            deputy=deputy,
            valid_from=first,
            valid_until=first + timedelta(days=14),
            viewer=Viewer.system("demo", district.pk),
            now=context.now,
        )


def _make(district: District, number: int, plan: _Post, context: DemoContext) -> Post:
    viewer = Viewer.system("demo", district.pk)
    made, now = context.made, start_of(SINCE)
    units = [unit for (slug, _name), unit in made["units"].items() if slug == district.slug and not unit.is_foreigners_authority]
    controller = made["controllers"][district.slug, plan.controller]
    values = {
        "number": number,
        "title": f"Integrationskoordination {plan.area_name}",
        "area_name": plan.area_name,
        "fte": Decimal(plan.fte),
        "controller": controller,
        "unit": next((unit for unit in units if unit.controller_id == controller.pk), None),
        "employer": made["organisations"][district.slug, plan.employer],
        "office": made["locations"][district.slug, plan.office],
        "mailbox": f"{plan.key}@{DOMAINS[district.slug]}",
        "phone": f"+49 30 23125 {300 + number}",
        "languages": list(plan.languages),
        "has_interpreting": True,
        "valid_from": SINCE,
    }
    post = actions.create_post(district=district, values=values, viewer=viewer, now=now)
    _hold(post, plan, context)
    _assign(district, post, plan, context)
    for hour in plan.hours:
        actions.create_hour(post=post, values=_hour_values(hour, district, context), viewer=viewer, now=now)
    if plan.is_ending:
        end = month_of(context, 2)
        post = actions.end_post(post=post, valid_until=end, version=None, viewer=viewer, now=context.now)
    return post


def _hold(post: Post, plan: _Post, context: DemoContext) -> None:
    """Who holds the post; the vacant one was held by somebody without an account until the beginning of this month."""
    viewer = Viewer.system("demo", post.district_id)
    accounts = context.made["accounts"]
    login = plan.login if (post.district.slug, plan.login) in accounts else f"{plan.login}-vorher"
    account = accounts[post.district.slug, login] if plan.login else None
    name = "" if account else "vorige Besetzung"
    actions.change_holder(post=post, account=account, public_name=name, valid_from=SINCE, viewer=viewer, now=start_of(SINCE))
    if account is None:
        actions.vacate_post(post=post, valid_from=month_of(context, 0), viewer=viewer, now=context.now)


def _assign(district: District, post: Post, plan: _Post, context: DemoContext) -> None:
    viewer = Viewer.system("demo", district.pk)
    for ends, until in ((plan.municipalities, None), (plan.lost, month_of(context, -1))):
        if ends:
            actions.assign_municipalities(
                district=district,
                municipalities=[f"{district.ags}{end}" for end in ends.split()],
                post=post,
                valid_from=SINCE,
                valid_until=until,
                viewer=viewer,
                now=start_of(SINCE),
            )


def _hour_values(hour: _Hour, district: District, context: DemoContext) -> dict[str, object]:
    return {
        "location": context.made["locations"][district.slug, hour.location],
        "weekday": hour.weekday,
        "starts": time(hour.starts),
        "ends": time(hour.ends),
        "interval": hour.interval,
        "is_by_appointment": hour.by_appointment,
        "valid_from": SINCE,
    }


def month_of(context: DemoContext, offset: int) -> date:
    """The first day of the month in which the demo ends, or of one so many months later."""
    today = local_day(context.end)
    months = today.year * 12 + today.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)
