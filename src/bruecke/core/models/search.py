# mypy: disable-error-code="django-manager-missing"
"""The search index: one row a thing that can be found. The tables it is read through are made in migration 0002_search.

SQLite: the FTS5 table `core_search` (without content of its own), kept in step by triggers on this table.
PostgreSQL: the generated column `vector` (tsvector) with a GIN index.
"""

from typing import Any, ClassVar

from django.db import models

from bruecke.core.scope import DistrictModel, ScopedQuerySet, scoped


class SearchEntry(DistrictModel):
    """What one thing is found by. Only `bruecke.core.search` writes here.

    `stamp` is drawn anew with every writing, so that count and sum of a district's stamps tell whether anything changed.
    """

    kind = models.CharField(max_length=40)
    about_uid = models.CharField(max_length=40)
    is_public = models.BooleanField()
    stamp = models.PositiveIntegerField()
    words = models.TextField(blank=True, help_text="Words as they are spelt, to correct typos with")
    tokens = models.TextField(blank=True, help_text="Lexemes, as `core.search.tokens` makes them")

    objects: ClassVar[Any] = scoped(ScopedQuerySet)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["district", "kind", "about_uid"], name="one_search_entry_a_thing")]
        indexes = [
            models.Index(fields=["district", "kind", "is_public", "stamp"], name="search_state"),
            models.Index(fields=["about_uid"], name="search_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_uid}"
