"""Posts over a year, month by month: VzÄ planned, filled and vacant."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bruecke.core.viewer import Viewer
from bruecke.staffing.models import Post, PostHolder

CENT = Decimal("0.01")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CourseCell:
    """VzÄ of one month, on average over its days; `planned` 0: the post does not exist in it."""

    planned: Decimal
    filled: Decimal

    @property
    def vacant(self) -> Decimal:
        return self.planned - self.filled

    @property
    def look(self) -> str:
        """`none`, `filled`, `vacant` or `partly`: how the cell is painted."""
        if not self.planned:
            return "none"
        if not self.vacant:
            return "filled"
        return "partly" if self.filled else "vacant"


@dataclass(frozen=True, slots=True)
class CourseRow:
    post: Post
    cells: tuple[CourseCell, ...]

    @property
    def year(self) -> CourseCell:
        return average(self.cells)


@dataclass(frozen=True, slots=True)
class Course:
    """A calendar year: a row a post, a sum a month. The last column is the average of the twelve months."""

    year: int
    rows: tuple[CourseRow, ...]

    @property
    def sums(self) -> tuple[CourseCell, ...]:
        months = zip(*(row.cells for row in self.rows), strict=True) if self.rows else iter([()] * 12)
        return tuple(
            CourseCell(sum((cell.planned for cell in cells), Decimal(0)), sum((cell.filled for cell in cells), Decimal(0)))
            for cells in months
        )

    @property
    def whole(self) -> CourseCell:
        return average(self.sums)


def average(cells: tuple[CourseCell, ...]) -> CourseCell:
    """Months count alike, as personnel offices reckon."""
    return CourseCell(
        *((sum(values, Decimal(0)) / len(cells)).quantize(CENT, ROUND_HALF_UP) for values in _columns(cells)),
    )


def _columns(cells: tuple[CourseCell, ...]) -> tuple[list[Decimal], list[Decimal]]:
    return [cell.planned for cell in cells], [cell.filled for cell in cells]


def months_of(year: int) -> list[date]:
    return [date(year, month, 1) for month in range(1, 13)]


def course_of(viewer: Viewer, year: int) -> Course:
    """The posts of a year as far as the viewer may see them, by number. Three queries."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    seen = Post.objects.visible_to(viewer).overlapping(first, end).select_related("employer").order_by("number", "pk")
    posts = list(seen.prefetch_related("volumes"))
    holders: dict[int, list[PostHolder]] = {post.pk: [] for post in posts}
    for holder in PostHolder.objects.overlapping(first, end).filter(post__in=posts).order_by("valid_from"):
        holders[holder.post_id].append(holder)
    rows = [CourseRow(post, tuple(_cell(post, holders[post.pk], month) for month in months_of(year))) for post in posts]
    return Course(year, tuple(rows))


def _cell(post: Post, holders: list[PostHolder], month: date) -> CourseCell:
    days = [month + ONE_DAY * number for number in range(monthrange(month.year, month.month)[1])]
    planned, filled = Decimal(0), Decimal(0)
    for day in days:
        if post.exists_on(day):
            fte = post.fte_on(day)
            planned += fte
            filled += next((_worked(holder, fte) for holder in holders if _holds(holder, day)), Decimal(0))
    return CourseCell(*((total / len(days)).quantize(CENT, ROUND_HALF_UP) for total in (planned, filled)))


def _holds(holder: PostHolder, day: date) -> bool:
    return holder.valid_from <= day and (holder.valid_until is None or day < holder.valid_until)


def _worked(holder: PostHolder, fte: Decimal) -> Decimal:
    return fte if holder.fte is None else min(holder.fte, fte)
