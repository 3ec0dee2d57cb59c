"""What posts cost and who pays: of one post on its page, of all posts in a year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bruecke.core.viewer import Viewer
from bruecke.staffing.models import PAYER_LABELS, Post, PostCost, PostPayer
from bruecke.staffing.rules.money import HUNDRED, Part, YearOfMoney, share_on, year_of_money
from bruecke.staffing.states import PayerKind


@dataclass(frozen=True, slots=True)
class PostMoney:
    """Payers and costs of a post, the latest first, and what each payer bears in a year (by words)."""

    post: Post
    payers: tuple[PostPayer, ...]
    costs: tuple[PostCost, ...]
    year: int
    sums: YearOfMoney
    shared: Decimal
    """per cent borne on the day asked for"""

    @property
    def open_percent(self) -> Decimal:
        return HUNDRED - self.shared


@dataclass(frozen=True, slots=True)
class YearOfCosts:
    """All posts of a year that the viewer may see the money of; `kinds` are the columns, by `PayerKind`."""

    year: int
    rows: tuple[PostMoney, ...]
    kinds: tuple[PayerKind, ...]

    @property
    def cost(self) -> Decimal:
        return sum((row.sums.cost for row in self.rows), Decimal(0))

    @property
    def open(self) -> Decimal:
        return sum((row.sums.open for row in self.rows), Decimal(0))

    def borne(self, kind: str) -> Decimal:
        return sum((row.sums.borne.get(kind, Decimal(0)) for row in self.rows), Decimal(0))


def payer_words(payer: PostPayer) -> str:
    """`Freistaat Sachsen`, else the kind."""
    return payer.name or str(PAYER_LABELS[PayerKind(payer.kind)])


def payer_parts(payers: Iterable[PostPayer], *, by_kind: bool = False) -> list[Part]:
    return [
        Part(payer.valid_from, payer.valid_until, payer.percent, payer.kind if by_kind else payer_words(payer)) for payer in payers
    ]


def cost_parts(costs: Iterable[PostCost]) -> list[Part]:
    return [Part(cost.valid_from, cost.valid_until, cost.yearly_amount) for cost in costs]


def money_of(viewer: Viewer, post: Post, on: date) -> PostMoney:
    """Payers and costs of a post with the sums of the year of the day. Two queries; empty for who may not see them."""
    payers = PostPayer.objects.visible_to(viewer).filter(post=post).order_by("-valid_from", "kind", "pk")
    costs = PostCost.objects.visible_to(viewer).filter(post=post).order_by("-valid_from", "pk")
    return _money(post, list(payers), list(costs), on, by_kind=False)


def _money(post: Post, payers: list[PostPayer], costs: list[PostCost], on: date, *, by_kind: bool) -> PostMoney:
    shares = payer_parts(payers, by_kind=by_kind)
    sums = year_of_money(cost_parts(costs), shares, on.year, (post.valid_from, post.valid_until))
    return PostMoney(post, tuple(payers), tuple(costs), on.year, sums, share_on(shares, on))


def year_of_costs(viewer: Viewer, year: int) -> YearOfCosts:
    """What posts cost in a year and who bears it. Three queries."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    costs: dict[int, list[PostCost]] = defaultdict(list)
    payers: dict[int, list[PostPayer]] = defaultdict(list)
    for cost in PostCost.objects.visible_to(viewer).overlapping(first, end).order_by("valid_from", "pk"):
        costs[cost.post_id].append(cost)
    for payer in PostPayer.objects.visible_to(viewer).overlapping(first, end).order_by("valid_from", "pk"):
        payers[payer.post_id].append(payer)
    known: Any = Post.objects.overlapping(first, end).filter(pk__in={*costs, *payers}).select_related("employer")
    rows = tuple(_money(post, payers[post.pk], costs[post.pk], first, by_kind=True) for post in known.order_by("number", "pk"))
    used = {kind for row in rows for kind in row.sums.borne}
    return YearOfCosts(year, rows, tuple(kind for kind in PayerKind if kind in used))


def visible_payer(viewer: Viewer, uid: str) -> PostPayer | None:
    rows = PostPayer.objects.visible_to(viewer).filter(uid=uid).select_related("post", "post__employer")
    return rows.order_by("pk").first()


def visible_cost(viewer: Viewer, uid: str) -> PostCost | None:
    rows = PostCost.objects.visible_to(viewer).filter(uid=uid).select_related("post", "post__employer")
    return rows.order_by("pk").first()
