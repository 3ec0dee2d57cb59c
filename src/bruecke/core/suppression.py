"""Small counts of persons in tables: which cells are hidden so that nobody can compute a count below the limit.

A table has counts of persons by rows and columns, with the sum of every row and column and of all. Two rules hide a cell:

1. Primary: a count from 1 to `least` - 1 is hidden, wherever it stands. 0 is shown.
2. Complementary: more cells are hidden until (a) no hidden cell can be computed from what is shown and (b) the hidden
   cells of a row or column do not add up to a count below `least`, which would be told by its sum.

(a) is decided exactly. Every cell is an edge of a network: an inner cell leads from its row to its column, a column's sum
from the column to the row of sums, the sum of all from there to the column of sums, a row's sum from there to the row.
That the sums are right then says that what flows into each node flows out again. Two sets of counts that agree with all
shown cells differ by cycles of hidden edges, so a hidden cell has a second possible value if and only if a cycle of hidden
edges runs through it, forwards (one person more) or, where a count allows it, backwards (one person less). Readers know
that 0 is always shown and may conclude that a hidden cell is at least 1; therefore an edge is taken backwards only from
2 on, and no 0 is ever hidden.

For each cell without such a cycle the cheapest one is found (Dijkstra); its cells are hidden. Cheap means: few sums, then
few cells, then few persons. At the end every cell that was hidden too many is shown again, largest first.

Figures by difference: two tables that are shown together, of which one counts a part of the other ("all" and "women"),
tell the third ("not women") by subtraction. They may be shown together only where `is_safe_difference` holds; tables
filtered by several values of one dimension are safe together when that dimension is shown as rows or columns of one
table instead, because then its sums are guarded with it. Repeated publication of a changing count has the same effect
and is not guarded here: figures are shown for closed periods.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

LEAST = 5
_MAX_SHOWN_AGAIN = 4_000  # hidden cells times candidates; larger tables keep the few cells that were hidden too many

Count = int | None
Key = tuple[int, int]
Cost = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of persons; None is a hidden cell. `values[row][column]`; the sums stand beside them."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[Count, ...], ...]
    row_totals: tuple[Count, ...]
    column_totals: tuple[Count, ...]
    total: Count

    @classmethod
    def of(cls, rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[int]]) -> "Table":
        """A table with its sums. Raises: ValueError for negative counts or a shape that does not fit the labels."""
        grid = tuple(tuple(int(value) for value in line) for line in values)
        if len(grid) != len(rows) or any(len(line) != len(columns) for line in grid):
            raise ValueError("the counts do not fit the labels")
        if any(value < 0 for line in grid for value in line):
            raise ValueError("counts of persons are never negative")
        row_totals = tuple(sum(line) for line in grid)
        column_totals = tuple(sum(line[column] for line in grid) for column in range(len(columns)))
        return cls(tuple(rows), tuple(columns), grid, row_totals, column_totals, sum(row_totals))

    @classmethod
    def line(cls, counts: Mapping[str, int]) -> "Table":
        """One dimension: a row for each label, one column without a label."""
        return cls.of(tuple(counts), ("",), [[count] for count in counts.values()])

    @property
    def hidden(self) -> int:
        """How many cells and sums are hidden."""
        return sum(1 for value in _cells(self).values() if value is None)


def suppress(table: Table, *, least: int = LEAST) -> Table:
    """The table with the cells hidden that tell of 1 to `least` - 1 persons, and those that would give them away.

    Raises: ValueError when the table has hidden cells already or its sums are wrong.
    """
    cells = _cells(table)
    if None in cells.values() or table != Table.of(table.rows, table.columns, table.values):  # type: ignore[arg-type]
        raise ValueError("suppression starts from a whole table with right sums")
    network = _Network(cells, len(table.rows), len(table.columns))  # type: ignore[arg-type]
    primary = {key for key, value in network.counts.items() if 0 < value < least}
    hidden = set(primary)
    while True:
        before = len(hidden)
        for key in sorted(primary, key=lambda cell: (network.counts[cell], cell)):
            hidden |= network.cover(key, hidden)
        for key in sorted(hidden - primary):
            hidden |= network.cover(key, hidden)
        hidden |= network.fill_small_sums(hidden, least)
        if len(hidden) == before:
            break
    return _without(table, network.show_again(hidden, primary, least))


def is_safe_difference(whole: "Table | Count", part: "Table | Count", least: int = LEAST) -> bool:
    """Whether `whole` and `part` may be shown together: nobody, or at least `least` persons, are in one and not in the other.

    For tables of the same labels every pair of shown cells and sums is asked; a hidden cell tells no difference. This
    guards the pairs, not what several hidden cells of both tables might tell together.
    Raises: ValueError when `part` is no part of `whole`.
    """
    if isinstance(whole, Table) and isinstance(part, Table):
        if (whole.rows, whole.columns) != (part.rows, part.columns):
            raise ValueError("tables with different labels have no difference")
        ours, theirs = _cells(whole), _cells(part)
        return all(is_safe_difference(ours[key], theirs[key], least) for key in ours)
    if isinstance(whole, Table) or isinstance(part, Table):
        raise ValueError("a table and a count have no difference")  # noqa: TRY004 - the pair is wrong, not a type
    if whole is None or part is None:
        return True
    if part > whole:
        raise ValueError("the part is larger than the whole")
    return whole == part or whole - part >= least


def _cells(table: Table) -> dict[Key, Count]:
    """Every cell and sum by (row, column); the sums stand in the last row and column."""
    last_row, last_column = len(table.rows), len(table.columns)
    cells: dict[Key, Count] = {(row, column): value for row, line in enumerate(table.values) for column, value in enumerate(line)}
    cells |= {(row, last_column): value for row, value in enumerate(table.row_totals)}
    cells |= {(last_row, column): value for column, value in enumerate(table.column_totals)}
    return cells | {(last_row, last_column): table.total}


def _without(table: Table, hidden: set[Key]) -> Table:
    cells = {key: None if key in hidden else value for key, value in _cells(table).items()}
    last_row, last_column = len(table.rows), len(table.columns)
    return replace(
        table,
        values=tuple(tuple(cells[row, column] for column in range(last_column)) for row in range(last_row)),
        row_totals=tuple(cells[row, last_column] for row in range(last_row)),
        column_totals=tuple(cells[last_row, column] for column in range(last_column)),
        total=cells[last_row, last_column],
    )


class _Network:
    """The cells as edges between rows and columns; node 0 … rows are the rows and the row of sums, then the columns."""

    def __init__(self, counts: dict[Key, int], rows: int, columns: int) -> None:
        self.counts, self.rows, self.columns = counts, rows, columns
        self.edges = {key: self._ends(key) for key in counts if counts[key] > 0}
        self.at: list[list[tuple[Key, int, bool]]] = [[] for _ in range(rows + columns + 2)]
        for key, (start, end) in self.edges.items():
            self.at[start].append((key, end, True))
            if counts[key] > 1:  # one person less leaves at least one
                self.at[end].append((key, start, False))

    def _ends(self, key: Key) -> tuple[int, int]:
        """Inner cell: row → column. Sum of a column: column → sums. Sum of all: sums → sums. Sum of a row: sums → row."""
        row, column = key[0], self.rows + 1 + key[1]
        return (row, column) if (key[0] < self.rows) == (key[1] < self.columns) else (column, row)

    def is_sum(self, key: Key) -> bool:
        return key[0] == self.rows or key[1] == self.columns

    def is_covered(self, key: Key, hidden: set[Key]) -> bool:
        """Whether the hidden cell could be another count for all that the shown ones tell."""
        start, end = self.edges[key]
        return self._reaches(end, start, key, hidden) or (self.counts[key] > 1 and self._reaches(start, end, key, hidden))

    def _reaches(self, start: int, end: int, without: Key, hidden: set[Key]) -> bool:
        seen, open_nodes = {start}, [start]
        while open_nodes:
            for key, target, _forwards in self.at[open_nodes.pop()]:
                if key in hidden and key != without and target not in seen:
                    if target == end:
                        return True
                    seen.add(target)
                    open_nodes.append(target)
        return False

    def cover(self, key: Key, hidden: set[Key]) -> set[Key]:
        """The cells to hide besides, so that the hidden cell `key` cannot be computed; none when it is covered."""
        if self.is_covered(key, hidden):
            return set()
        start, end = self.edges[key]
        ways = [self._cheapest(end, start, key, hidden)]
        if self.counts[key] > 1:
            ways.append(self._cheapest(start, end, key, hidden))
        return min((way for way in ways if way is not None), key=lambda way: way[0])[1]

    def _cheapest(self, start: int, end: int, without: Key, hidden: set[Key]) -> tuple[Cost, set[Key]] | None:
        """Dijkstra from node to node over edges other than `without`; hidden ones cost nothing."""
        best: dict[int, Cost] = {start: (0, 0, 0)}
        came: dict[int, tuple[int, Key]] = {}
        queue: list[tuple[Cost, int]] = [((0, 0, 0), start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == end:
                break
            if cost > best[node]:
                continue
            for key, target, _forwards in self.at[node]:
                if key == without:
                    continue
                price = (0, 0, 0) if key in hidden else self._price(key)
                further = (cost[0] + price[0], cost[1] + price[1], cost[2] + price[2])
                if target not in best or further < best[target]:
                    best[target] = further
                    came[target] = (node, key)
                    heapq.heappush(queue, (further, target))
        if end not in best:
            return None
        found, node = set(), end
        while node != start:
            node, key = came[node]
            found.add(key)
        return best[end], found - hidden

    def _price(self, key: Key) -> Cost:
        return (int(self.is_sum(key)), 1, self.counts[key])

    def lines(self) -> list[tuple[list[Key], Key]]:
        """Every row and column with the key of its sum, the row and the column of sums among them."""
        rows = [([(row, column) for column in range(self.columns)], (row, self.columns)) for row in range(self.rows + 1)]
        return rows + [([(row, column) for row in range(self.rows)], (self.rows, column)) for column in range(self.columns + 1)]

    def fill_small_sums(self, hidden: set[Key], least: int) -> set[Key]:
        """Cells to hide besides where the hidden ones of a line are, all together, fewer than `least` by its shown sum."""
        more: set[Key] = set()
        for cells, total in self.lines():
            while self._tells_few(cells, total, hidden | more, least):
                shown = [key for key in cells if self.counts[key] > 0 and key not in hidden | more]
                more.add(min(shown, key=lambda key: (self.counts[key], key)) if shown else total)
        return more

    def _tells_few(self, cells: list[Key], total: Key, hidden: set[Key], least: int) -> bool:
        return total not in hidden and 0 < sum(self.counts[key] for key in cells if key in hidden) < least

    def show_again(self, hidden: set[Key], primary: set[Key], least: int) -> set[Key]:
        """Without the cells that, though cheap at their time, are not needed in the end: sums first, then the largest."""
        candidates = sorted(hidden - primary, key=lambda key: (not self.is_sum(key), -self.counts[key], key))
        if len(candidates) * len(hidden) > _MAX_SHOWN_AGAIN:
            return hidden
        for key in candidates:
            fewer = hidden - {key}
            if all(self.is_covered(other, fewer) for other in fewer) and not any(
                self._tells_few(cells, total, fewer, least) for cells, total in self.lines()
            ):
                hidden = fewer
        return hidden
