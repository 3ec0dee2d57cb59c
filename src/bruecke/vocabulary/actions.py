"""The one write of the vocabulary: bring the tables to the state of a list of rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from bruecke.core import memo
from bruecke.vocabulary.models import Language, Term, Topic


@transaction.atomic
def replace_vocabulary(*, topics: Sequence[Topic], languages: Sequence[Language], terms: Sequence[Term] = (), now: datetime) -> int:
    """Make these the entries on offer; returns how many rows changed.

    Effects: new rows, changed rows; entries that are not named are retired (`is_active` false), never deleted.
    `now` stands for the moment of the change; the tables keep none.
    """
    changed = sum(_replace(rows) for rows in (topics, languages, terms) if rows)
    memo.forget()
    return changed


def _replace(rows: Sequence[Topic] | Sequence[Language] | Sequence[Term]) -> int:
    model: type[models.Model] = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields]
    known = {row["pk"]: row for row in model._default_manager.order_by("pk").values("pk", *names)}
    changed: list[Any] = [
        row for row in rows if known.get(row.pk) != {"pk": row.pk, **{name: getattr(row, name) for name in names}}
    ]
    for row in changed:
        row.save(force_insert=row.pk not in known, force_update=row.pk in known)
    kept = [row.pk for row in rows]
    return len(changed) + model._default_manager.exclude(pk__in=kept).filter(is_active=True).update(is_active=False)
