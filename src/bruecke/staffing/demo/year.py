"""What happens to posts in the demo's year: leaves and sick days with deputies, a contract prolonged, a change with a vacancy,
municipalities that were merged and must be given to a post anew.
"""

from datetime import date, datetime, time, timedelta
from random import Random

from bruecke.accounts.models import Account
from bruecke.core.clock import BERLIN, local_day
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.staffing import actions
from bruecke.staffing.demo.posts import month_of, plan_leave
from bruecke.staffing.models import Absence, Post

CHANGED = ("saechsische-schweiz-osterzgebirge", "dippoldiswalde")
"""The post whose holder leaves in summer and is followed by another one after five weeks."""
MERGED_INTO = ("saechsische-schweiz-osterzgebirge", "heidenau")
_CONTRACTS = {("saechsische-schweiz-osterzgebirge", "bannewitz"), ("mittelsachsen", "mittweida"), ("landkreis-leipzig", "borna")}
"""Posts on contracts of a year: prolonged six weeks before they end."""
_SICK_A_YEAR, _SICK_DAYS = 2, 3
_Days = tuple[date, date]


def begin_year(context: DemoContext) -> None:
    """Put into the agenda what is planned for the year. Posts are there already."""
    for district in context.districts:
        random = Random(f"staffing {district.slug}")  # noqa: S311 - the demo must be the same each time
        with for_district(district):
            posts = list(Post.objects.select_related("district", "controller").order_by("number"))
        for number, post in enumerate(posts):
            _plan_absences(context, district, post, _deputy(post, posts), number, random)
    for slug, key in sorted(_CONTRACTS):
        if post := context.made["posts"].get((slug, key)):
            _plan_contract(context, post)
    _plan_change(context)
    _plan_merger(context)


def end_year(context: DemoContext) -> None:
    """One leave is planned for the weeks after the demo's end."""
    for district in context.districts:
        with for_district(district):
            plan_leave(district, context)


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour, 10), BERLIN)


def _system(district: District) -> Viewer:
    return Viewer.system("demo", district.pk)


# --- absences ----------------------------------------------------------------------------------------------------------


def _deputy(post: Post, posts: list[Post]) -> Post | None:
    """The next post of the same controller; a post that stands alone has none, its questions come into the common box."""
    same = [other for other in posts if other.controller_id == post.controller_id]
    following = same[(same.index(post) + 1) % len(same)]
    return following if following != post else None


def _plan_absences(context: DemoContext, district: District, post: Post, deputy: Post | None, number: int, random: Random) -> None:
    first, last = local_day(context.now), local_day(context.end)
    taken: list[_Days] = []
    for begins, length in _wanted(first, number, random):
        until = begins + timedelta(days=length)
        if begins <= first or until > last or any(begins < other[1] and other[0] < until for other in taken):
            continue
        taken.append((begins, until))
        told = begins if length <= _SICK_DAYS else max(first, begins - timedelta(days=25))

        def enter(now: datetime, begins: date = begins, until: date = until) -> None:
            if not Absence.objects.filter(post=post).overlapping(begins, until).exists():
                actions.enter_absence(
                    post=post, deputy=deputy, valid_from=begins, valid_until=until, viewer=_system(district), now=now
                )

        context.agenda_add(_at(told, 7), district, enter)


def _wanted(first: date, number: int, random: Random) -> list[tuple[date, int]]:
    """First days and lengths: winter, summer and autumn holidays one after the other, Christmas by turns, some sick days."""
    years = (first.year, first.year + 1)
    wanted = []
    for year in years:
        wanted += [
            (date(year, 2, 9) + timedelta(days=7 * (number % 2)), 7),
            (date(year, 7, 1) + timedelta(days=7 * (number * 2 % 8)), 21 if number % 2 else 14),
            (date(year, 10, 5) + timedelta(days=7 * (number % 2)), 7),
        ]
        if number % 2:
            wanted.append((date(year, 12, 22), 12))
    sick = [(first + timedelta(days=random.randrange(10, 355)), random.randrange(1, _SICK_DAYS + 1)) for _ in range(_SICK_A_YEAR)]
    return wanted + sick


# --- contracts, change, merger -----------------------------------------------------------------------------------------


def _plan_contract(context: DemoContext, post: Post) -> None:
    """A contract ends in the year and is prolonged for another one."""
    ends, next_end = month_of(context, -5), month_of(context, 7)

    def bind(now: datetime) -> None:
        actions.end_post(post=post, valid_until=ends, version=None, viewer=_system(post.district), now=now)

    def prolong(now: datetime) -> None:
        actions.end_post(post=post, valid_until=next_end, version=None, viewer=_system(post.district), now=now)

    context.agenda_add(context.now + timedelta(hours=9), post.district, bind)
    context.agenda_add(_at(ends - timedelta(days=42), 11), post.district, prolong)


def _plan_change(context: DemoContext) -> None:
    """Somebody leaves; the post is vacant for five weeks; somebody else begins."""
    post = context.made["posts"].get(CHANGED)
    if post is None:
        return
    leaves, begins = context.made["changeover"]

    def leave(now: datetime) -> None:
        actions.vacate_post(post=post, valid_from=leaves, viewer=_system(post.district), now=now)

    def follow(now: datetime) -> None:
        account = Account.objects.get(pk=context.made["accounts"][post.district.slug, "kik-dippoldiswalde"].pk)
        actions.change_holder(post=post, account=account, valid_from=begins, viewer=_system(post.district), now=now)

    context.agenda_add(_at(leaves - timedelta(days=30)), post.district, leave)
    context.agenda_add(_at(begins, 8), post.district, follow)


def _plan_merger(context: DemoContext) -> None:
    """Nine days after the merger somebody sees the gap and gives the new municipality to the post of the old ones."""
    post = context.made["posts"].get(MERGED_INTO)
    if post is None:
        return
    ags, day = context.made["merger"]

    def assign(now: datetime) -> None:
        actions.assign_municipalities(
            district=post.district, municipalities=[ags], post=post, valid_from=day, viewer=_system(post.district), now=now
        )

    context.agenda_add(_at(day + timedelta(days=9), 14), post.district, assign)
