"""Hidden counts stay hidden: asked of an independent solver that knows nothing of networks."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bruecke.core.suppression import Table, is_safe_difference, suppress


def shown(table: Table) -> list[list[int | None]]:
    """The table with its sums as one grid."""
    lines = [[*line, total] for line, total in zip(table.values, table.row_totals, strict=True)]
    return [*lines, [*table.column_totals, table.total]]


def possible_values(table: Table, *, at_least: int, up_to: int) -> dict[tuple[int, int], set[int]]:
    """Every value a hidden cell can have, by trying all inner counts from `at_least` to `up_to` (brute force)."""
    rows, columns = len(table.rows), len(table.columns)
    grid = shown(table)
    free = [(r, c) for r in range(rows) for c in range(columns) if grid[r][c] is None]
    found: dict[tuple[int, int], set[int]] = {(r, c): set() for r, line in enumerate(grid) for c, v in enumerate(line) if v is None}
    for guess in product(range(at_least, up_to + 1), repeat=len(free)):
        inner = [[table.values[r][c] for c in range(columns)] for r in range(rows)]
        for (r, c), value in zip(free, guess, strict=True):
            inner[r][c] = value
        whole = shown(Table.of(table.rows, table.columns, inner))
        agrees = all(v is None or v == w for line, other in zip(grid, whole, strict=True) for v, w in zip(line, other, strict=True))
        if agrees and all(whole[r][c] >= at_least for r, c in found):
            for (r, c), values in found.items():
                values.add(whole[r][c])
    return found


def bounds(table: Table, *, at_least: int) -> dict[tuple[int, int], tuple[float, float]]:
    """The interval of every hidden cell by narrowing over the equations of rows and columns until nothing moves."""
    grid = shown(table)
    far = float("inf")
    low = [[at_least if v is None else v for v in line] for line in grid]
    high = [[far if v is None else v for v in line] for line in grid]
    height, width = len(grid), len(grid[0])
    lines = [([(r, c) for c in range(width - 1)], (r, width - 1)) for r in range(height)]
    lines += [([(r, c) for r in range(height - 1)], (height - 1, c)) for c in range(width)]
    moved = True
    while moved:
        moved = False
        for cells, total in lines:
            changes = [(total, sum(low[r][c] for r, c in cells), sum(high[r][c] for r, c in cells))]
            for cell in cells:
                others = [other for other in cells if other != cell]
                top = high[total[0]][total[1]]
                rest = sum(high[r][c] for r, c in others)
                bottom = low[total[0]][total[1]] - rest if rest != far else -far
                changes.append((cell, bottom, top - sum(low[r][c] for r, c in others)))
            for (r, c), new_low, new_high in changes:
                if new_low > low[r][c]:
                    low[r][c], moved = new_low, True
                if new_high < high[r][c]:
                    high[r][c], moved = new_high, True
    return {(r, c): (low[r][c], high[r][c]) for r in range(height) for c in range(width) if grid[r][c] is None}


def check(table: Table, least: int) -> Table:
    """What must hold of every suppressed table, whatever its size."""
    done = suppress(table, least=least)
    whole, grid = shown(table), shown(done)
    for line, true_line in zip(grid, whole, strict=True):
        for value, truth in zip(line, true_line, strict=True):
            assert value in {None, truth}
            assert value is None or value == 0 or value >= least, "a small count is shown"
            assert truth != 0 or value == 0, "0 is shown"
    for low, high in bounds(done, at_least=1).values():
        assert low < high
    for cells, total in ((line[:-1], line[-1]) for line in [*grid, *zip(*grid, strict=True)]):
        hidden = sum(1 for value in cells if value is None)
        if hidden and total is not None:
            assert total - sum(value for value in cells if value is not None) >= least
    return done


# --- by hand -----------------------------------------------------------------------------------------------------------


def test_nothing_small_nothing_hidden():
    table = Table.of(("a", "b"), ("x", "y"), [[10, 0], [7, 5]])
    assert suppress(table) == table
    assert suppress(table).hidden == 0


def test_one_dimension_hides_the_smallest_neighbour():
    done = suppress(Table.line({"A": 3, "B": 40, "C": 12, "D": 0}))
    assert [line[0] for line in done.values] == [None, 40, None, 0]
    assert done.total == 55


def test_one_small_count_in_a_square_takes_three_more():
    done = suppress(Table.of("abc", "xyz", [[2, 20, 30], [10, 40, 50], [60, 70, 80]]))
    assert done.values == ((None, None, 30), (None, None, 50), (60, 70, 80))
    assert (done.row_totals, done.column_totals, done.total) == ((52, 100, 210), (72, 130, 160), 362)


def test_two_ones_do_not_give_each_other_away():
    """1 and 1 beside a sum of 22: who knows that zeros are shown would know both."""
    done = suppress(Table.line({"A": 1, "B": 1, "C": 20}))
    assert [line[0] for line in done.values] == [None, None, None]


def test_hidden_cells_of_a_row_are_not_few_together():
    done = suppress(Table.line({"A": 1, "B": 2, "C": 20, "D": 30}))
    assert [line[0] for line in done.values] == [None, None, None, 30]


def test_a_small_sum_of_all_is_hidden_too():
    done = suppress(Table.of("ab", "x", [[2], [0]]))
    assert (done.values, done.total) == (((None,), (0,)), None)


def test_least_is_a_choice():
    table = Table.line({"A": 3, "B": 40, "C": 12, "D": 14})
    assert suppress(table, least=3) == table
    assert suppress(table, least=15).hidden > suppress(table).hidden


@pytest.mark.parametrize("values", [[[1, 2]], [[1], [2, 3]], [[-1], [2]]])
def test_no_table(values):
    with pytest.raises(ValueError):
        Table.of("ab", "x", values)


def test_suppression_starts_from_a_whole_table():
    done = suppress(Table.line({"A": 3, "B": 40, "C": 12}))
    with pytest.raises(ValueError):
        suppress(done)
    with pytest.raises(ValueError):
        suppress(Table(("a",), ("x",), ((7,),), (8,), (7,), 7))


def test_empty_table():
    table = Table.of((), (), [])
    assert suppress(table) == table


# --- by the solvers ------------------------------------------------------------------------------------------------------


@st.composite
def tables(draw, size: int, largest: int) -> Table:
    rows, columns = draw(st.integers(1, size)), draw(st.integers(1, size))
    counts = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, largest))
    values = draw(st.lists(st.lists(counts, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return Table.of(tuple(map(str, range(rows))), tuple(map(str, range(columns))), values)


@settings(max_examples=400)
@given(tables(7, 40), st.integers(2, 12))
def test_no_hidden_cell_can_be_computed(table, least):
    check(table, least)


@settings(max_examples=150)
@given(tables(2, 4), st.integers(2, 4), st.sampled_from([0, 1]))
def test_every_hidden_cell_has_two_values(table, least, at_least):
    """Brute force over all whole numbers, for readers who take a hidden cell for at least 0 or at least 1."""
    done = check(table, least)
    for values in possible_values(done, at_least=at_least, up_to=7).values():
        assert len(values) > 1


@settings(max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(2, 8))
def test_one_dimension(counts, least):
    check(Table.line({str(place): count for place, count in enumerate(counts)}), least)


@settings(max_examples=40)
@given(tables(2, 6))
def test_no_cell_is_hidden_in_vain(table):
    """Showing any single complementary cell again would break a rule (brute force)."""
    done = suppress(table, least=3)
    whole, grid = shown(table), shown(done)
    for r, line in enumerate(grid):
        for c, value in enumerate(line):
            if value is not None or 0 < whole[r][c] < 3:
                continue
            opened = shown_again(done, r, c, whole[r][c])
            lines = [(one[:-1], one[-1]) for one in [*shown(opened), *zip(*shown(opened), strict=True)]]
            few = any(
                total is not None and 0 < total - sum(count for count in cells if count is not None) < 3
                for cells, total in lines
                if None in cells
            )
            assert few or any(len(values) < 2 for values in possible_values(opened, at_least=1, up_to=8).values())


def shown_again(table: Table, row: int, column: int, count: int) -> Table:
    grid = [list(line) for line in shown(table)]
    grid[row][column] = count
    inner = tuple(tuple(line[:-1]) for line in grid[:-1])
    return Table(table.rows, table.columns, inner, tuple(line[-1] for line in grid[:-1]), tuple(grid[-1][:-1]), grid[-1][-1])


@settings(max_examples=150)
@given(tables(6, 40))
def test_no_hidden_cell_follows_from_the_sums(table):
    """Linear algebra over the equations of rows and columns: no hidden cell is a combination of shown ones."""
    grid = shown(suppress(table))
    names = [(r, c) for r, line in enumerate(grid) for c, value in enumerate(line) if value is None]
    place = {name: index for index, name in enumerate(names)}
    height, width = len(grid), len(grid[0])
    equations = [_equation([(r, c) for c in range(width)], place) for r in range(height)]
    equations += [_equation([(r, c) for r in range(height)], place) for c in range(width)]
    rank = _rank(equations)
    for name in names:
        alone = [Fraction(int(other == name)) for other in names]
        assert _rank([*equations, alone]) == rank + 1


def _equation(cells, place) -> list[Fraction]:
    """Coefficients of the hidden cells of one line: its cells minus its sum."""
    row = [Fraction(0)] * len(place)
    for cell in cells:
        if cell in place:
            row[place[cell]] = Fraction(-1 if cell == cells[-1] else 1)
    return row


def _rank(rows: list[list[Fraction]]) -> int:
    rows = [list(row) for row in rows]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((index for index in range(rank, len(rows)) if rows[index][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for index in range(rank + 1, len(rows)):
            if factor := rows[index][column] / rows[rank][column]:
                rows[index] = [value - factor * above for value, above in zip(rows[index], rows[rank], strict=True)]
        rank += 1
    return rank


# --- figures by difference -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "part", "is_safe"), [(20, 20, True), (20, 15, True), (20, 16, False), (20, None, True), (None, 3, True), (5, 0, True)]
)
def test_difference_of_counts(whole, part, is_safe):
    assert is_safe_difference(whole, part, 5) is is_safe


def test_difference_of_tables():
    whole = Table.of("ab", "x", [[20], [30]])
    assert is_safe_difference(whole, Table.of("ab", "x", [[20], [10]]), 5)
    assert not is_safe_difference(whole, Table.of("ab", "x", [[18], [10]]), 5)
    assert is_safe_difference(whole, suppress(Table.of("ab", "x", [[4], [20]])), 5)
    with pytest.raises(ValueError):
        is_safe_difference(whole, Table.of("ac", "x", [[1], [1]]))
    with pytest.raises(ValueError):
        is_safe_difference(whole, 3)
    with pytest.raises(ValueError):
        is_safe_difference(3, 4)
