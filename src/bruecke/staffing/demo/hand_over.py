"""A hand-over of the demo: one coordinator leaves in two and a half weeks, a colleague whose post ends takes over."""

from datetime import timedelta

from bruecke.accounts.models import Account
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.staffing import actions
from bruecke.staffing.models import HandOver, Post, PostHolder

PLANS = {"saechsische-schweiz-osterzgebirge": ("Dippoldiswalde", "Sächsische Schweiz")}
"""By district: the area of the post that changes hands, and that of the post whose holder follows."""
IN_DAYS = 18
NOTE = (
    "Der Runde Tisch in Dippoldiswalde trifft sich jeden zweiten Dienstag im Monat im Rathaus, Raum 2.\n"
    "Das Sprachcafé in Glashütte sucht ab Februar neue Räume; die Stadt hat zwei Vorschläge gemacht.\n"
    "Der Schlüssel zum Beratungsraum liegt beim Empfang."
)


def load_hand_over(context: DemoContext) -> None:
    """A district in which a hand-over stands already stays as it is."""
    for district in context.districts:
        with for_district(district):
            if district.slug in PLANS and not HandOver.objects.exists():
                _plan(district, context)


def _plan(district: District, context: DemoContext) -> None:
    viewer, now = Viewer.system("demo", district.pk), context.end
    leaving, following = (Post.objects.filter(area_name=name).first() for name in PLANS[district.slug])
    successor = _holder_account(following, context) if following else None
    if leaving is None or successor is None or _holder_account(leaving, context) is None:
        return
    day = local_day(now) + timedelta(days=IN_DAYS)
    actions.change_holder(post=leaving, account=successor, valid_from=day, viewer=viewer, now=now)
    hand_over = actions.plan_hand_over(post=leaving, on=day, viewer=viewer, now=now)
    actions.change_hand_over(hand_over=hand_over, note=NOTE, ticked=(), shown=(), version=None, viewer=viewer, now=now)


def _holder_account(post: Post, context: DemoContext) -> Account | None:
    held = PostHolder.objects.valid_on(local_day(context.end)).filter(post=post).select_related("account").first()
    return held.account if held else None
