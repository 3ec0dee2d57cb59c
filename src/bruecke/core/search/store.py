"""The tables behind the index, as migration 0002_search makes them: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

Lexemes and heads are letters, digits, `_` and `~` (see `tokens`): nothing a person types reaches these queries as syntax.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from bruecke.core.search.tokens import ELSEWHERE, GRADES_OF, TITLE

PREFIX_GRADES = {TITLE: 1, ELSEWHERE: 5}
_OR_AT_ONCE = 100
_MERGED_PAGES = 500
_IDLE = 2  # changes: fewer mean that a merge had nothing to do


@dataclass(frozen=True, slots=True)
class Look:
    """Entries with one of these heads, by the letter that tells titles from all else; `is_prefix`: heads may go on."""

    heads: dict[str, tuple[str, ...]]
    is_prefix: bool = False


Graded = dict[int, list[int]]
"""Primary keys of entries by the grade of what they hold."""

_SQLITE_TERMS = """
    SELECT wanted.key, terms.term, terms.doc FROM json_each(%s) AS wanted CROSS JOIN core_search_terms AS terms
    ON terms.term >= wanted.value || '~' AND terms.term < wanted.value || char(127)
"""
_SQLITE_ENTRIES = """
    SELECT wanted.key, (SELECT group_concat(core_search.rowid) FROM core_search WHERE core_search MATCH wanted.value)
    FROM json_each(%s) AS wanted
"""
_POSTGRESQL_ENTRIES = """
    SELECT wanted.number - 1, array_agg(entry.id) FROM unnest(%s::text[]) WITH ORDINALITY AS wanted(query, number)
    JOIN core_searchentry AS entry ON entry.vector @@ wanted.query::tsquery GROUP BY 1
"""
_POSTGRESQL_COUNTS = """
    SELECT wanted.number - 1, COUNT(*) FROM unnest(%s::text[]) WITH ORDINALITY AS wanted(query, number)
    JOIN core_searchentry AS entry ON entry.vector @@ wanted.query::tsquery GROUP BY 1
"""


def entries_for(looks: Sequence[Look]) -> list[Graded]:
    """For each look the entries, by grade, in no order."""
    queries = _sqlite_queries(looks) if connection.vendor == "sqlite" else _postgresql_queries(looks)
    return _answers(queries, len(looks))


def _answers(queries: "Sequence[_Query]", looks: int) -> list[Graded]:
    found: list[Graded] = [{} for _look in range(looks)]
    if queries:
        answers = _sqlite_entries(queries) if connection.vendor == "sqlite" else _postgresql_entries(queries)
        for number, keys in answers:
            look, grade, _query = queries[number]
            found[look].setdefault(grade, []).extend(keys)
    return found


def counts_for(looks: Sequence[Look]) -> list[int]:
    """For each look about how many entries there are; what holds two of its heads may count twice."""
    found = [0] * len(looks)
    if not looks:
        return found
    if connection.vendor == "sqlite":
        for look, _term, count in _sqlite_terms(looks):
            found[look] += count
    else:
        queries = [" | ".join(f"'{head}~':*" for heads in look.heads.values() for head in heads) for look in looks]
        for number, count in _rows(_POSTGRESQL_COUNTS, queries):
            found[number] = count
    return found


def uids_of(keys: Sequence[int], *, district_id: int, kind: str, only_public: bool) -> dict[int, str]:
    """What the entries are about; entries of another district or kind, or hidden ones, are not among them."""
    is_sqlite = connection.vendor == "sqlite"
    among = "IN (SELECT value FROM json_each(%s))" if is_sqlite else "= ANY(%s)"
    table = "core_searchentry INDEXED BY core_search_hits" if is_sqlite else "core_searchentry"
    public = " AND is_public" if only_public else ""
    sql = f"SELECT id, about_uid FROM {table} WHERE id {among} AND district_id = %s AND kind = %s{public}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(keys) if is_sqlite else list(keys), district_id, kind])
        return dict(cursor.fetchall())


def _rows(sql: str, values: Sequence[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values, ensure_ascii=False) if connection.vendor == "sqlite" else list(values)])
        return cursor.fetchall()


# --- SQLite ----------------------------------------------------------------------------------------------------------------

_Query = tuple[int, int, str]  # number of the look, grade, expression


def _sqlite_terms(looks: Sequence[Look]) -> Iterable[tuple[int, str, int]]:
    """Lexemes that are there, with the number of the look that asks for them and of the entries that hold them."""
    heads = [(number, head) for number, look in enumerate(looks) for heads in look.heads.values() for head in heads]
    if not heads:
        return
    for place, term, count in _rows(_SQLITE_TERMS, [head for _number, head in heads]):
        yield heads[place][0], term, count


def _sqlite_queries(looks: Sequence[Look]) -> list[_Query]:
    """One query a grade, with the lexemes that are there only: asking for others costs as much."""
    queries: list[_Query] = []
    lexemes: dict[tuple[int, int], list[str]] = defaultdict(list)
    exact = [Look({}) if look.is_prefix else look for look in looks]
    for number, term, _count in _sqlite_terms(exact):
        lexemes[number, int(term[-1])].append(f'"{term}"')
    for (number, grade), terms in lexemes.items():
        queries += [(number, grade, " OR ".join(terms[start : start + _OR_AT_ONCE])) for start in range(0, len(terms), _OR_AT_ONCE)]
    for number, look in enumerate(looks):
        if look.is_prefix:
            queries += [
                (number, PREFIX_GRADES[letter], " OR ".join(f'"{head}" *' for head in heads))
                for letter, heads in look.heads.items()
            ]
    return queries


def _sqlite_entries(queries: Sequence[_Query]) -> Iterable[tuple[int, Iterable[int]]]:
    for number, keys in _rows(_SQLITE_ENTRIES, [query for _look, _grade, query in queries]):
        if keys:
            yield number, map(int, keys.split(","))


# --- PostgreSQL ------------------------------------------------------------------------------------------------------------


def _postgresql_queries(looks: Sequence[Look]) -> list[_Query]:
    queries: list[_Query] = []
    for number, look in enumerate(looks):
        for letter, heads in look.heads.items():
            if look.is_prefix:
                queries.append((number, PREFIX_GRADES[letter], " | ".join(f"'{head}':*" for head in heads)))
                continue
            queries += [(number, grade, " | ".join(f"'{head}~{grade}'" for head in heads)) for grade in GRADES_OF[letter]]
    return queries


def _postgresql_entries(queries: Sequence[_Query]) -> Iterable[tuple[int, Iterable[int]]]:
    return _rows(_POSTGRESQL_ENTRIES, [query for _look, _grade, query in queries])


# --- upkeep ----------------------------------------------------------------------------------------------------------------


def wipe_traces() -> None:
    """SQLite: write the index anew, so that nothing of what was deleted lies in it; PostgreSQL leaves that to vacuum.

    Two seconds for 100,000 entries, nothing where nothing was written since.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_search(core_search) VALUES ('optimize')")


def wipe_traces_in_steps() -> None:
    """The same in many short transactions; ends when there is nothing more to do. Not inside a transaction."""
    pages = -_MERGED_PAGES  # negative: begin a merge of everything
    while connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            before = _changes(cursor)
            cursor.execute("INSERT INTO core_search(core_search, rank) VALUES ('merge', %s)", [pages])
            if _changes(cursor) - before < _IDLE:
                return
        pages = _MERGED_PAGES


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return cursor.fetchone()[0]


def is_kept_in_step() -> bool:
    """Whether what keeps the index in step with its table is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_searchentry'")
            return cursor.fetchone()[0] == 3
        cursor.execute(
            "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND table_name = 'core_searchentry' AND column_name = 'vector' AND is_generated = 'ALWAYS'"
        )
        return cursor.fetchone()[0] == 1
