"""Several counts in one question to the database; the cards and to-dos of *Heute* ask so."""

from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Subquery

from bruecke.core.models import District


def counted(district_id: int | None, **rows: QuerySet) -> dict[str, int]:
    """How many rows each queryset has, by the name given to it. One query; the querysets have no slices and no unions."""
    if not rows:
        return {}
    asked = {f"n_{name}": Subquery(_count_of(found), output_field=IntegerField()) for name, found in rows.items()}
    values: Any = District.objects.filter(pk=district_id or 0).values(**asked).first() or {}
    return {name: values.get(f"n_{name}") or 0 for name in rows}


def _count_of(rows: QuerySet) -> QuerySet:
    """As a plain function, because an aggregate would group by the outer row; a queryset without any row counts none."""
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return rows.order_by().annotate(n_all=number).values("n_all")
