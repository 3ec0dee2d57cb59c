"""The one write of the register: staged rows become the register, all at once."""

from datetime import datetime

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import memo
from bruecke.core.errors import Stale
from bruecke.core.tokens import new_uid
from bruecke.places.models import (
    Area,
    AreaColumns,
    Boundary,
    BoundaryColumns,
    ImportRun,
    PostalCode,
    PostalCodeColumns,
    RegisterState,
    StagedArea,
    StagedBoundary,
    StagedPostalCode,
    StagedSuccession,
    Succession,
)
from bruecke.places.states import ImportState

STAGED = (StagedArea, StagedPostalCode, StagedBoundary, StagedSuccession)


@transaction.atomic
def activate_import(*, run: ImportRun, expected_token: str, now: datetime) -> None:
    """Make the staged rows of `run` the register.

    Effects: one statement per table (short write lock), the register's token changes if anything did, `run` is marked
    activated. The run itself is the record of it; there is no district to audit under.
    Raises: `Stale` when another import was activated since the files were compared (`expected_token`).
    """
    state = RegisterState.objects.select_for_update().first()
    if (state.token if state else "") != expected_token:
        raise Stale(_("Das Verzeichnis wurde inzwischen durch einen anderen Import geändert. Bitte wiederholen Sie den Import."))
    if any(model._default_manager.filter(run=run).exists() for model in STAGED):
        _copy(
            run,
            StagedArea,
            Area,
            AreaColumns,
            keys={"ags": "ags"},
            links={"parent_id": "parent_ags", "kreis_id": "kreis_ags"},
        )
        _remove_gone_codes(run)
        code_keys = {"municipality_id": "municipality_ags", "code": "code", "locality": "locality"}
        _copy(run, StagedPostalCode, PostalCode, PostalCodeColumns, keys=code_keys, condition="AND NOT is_gone")
        _copy(run, StagedBoundary, Boundary, BoundaryColumns, keys={"area_id": "area_ags"})
        succession_keys = {"predecessor_id": "predecessor_ags", "successor_id": "successor_ags"}
        _copy(run, StagedSuccession, Succession, None, keys=succession_keys, links={"happened_on": "happened_on"})
        touch_register(now=now)
    run.state = ImportState.ACTIVATED
    run.save(update_fields=["state"])


def clear_staging(*, before: datetime) -> None:
    """Remove the staged rows of finished runs, and of runs begun before `before`, which must have died."""
    for model in STAGED:
        finished = model._default_manager.exclude(run__state=ImportState.STAGED)
        finished.delete()
        model._default_manager.filter(run__started_at__lt=before).delete()


def touch_register(*, now: datetime) -> None:
    """Tell every process that the register changed. Effects: a new token."""
    RegisterState.objects.update_or_create(pk=1, defaults={"token": new_uid(), "changed_at": now})
    memo.forget()


def _copy(
    run: ImportRun,
    source: type[models.Model],
    target: type[models.Model],
    columns: type[models.Model] | None,
    *,
    keys: dict[str, str],
    links: dict[str, str] | None = None,
    condition: str = "",
) -> None:
    """INSERT … SELECT … ON CONFLICT (keys) DO UPDATE; the same words on SQLite and PostgreSQL.

    `keys` and `links` map target columns to staged columns. All names come from our models, none from a file.
    """
    names = [str(field.column) for field in columns._meta.local_fields] if columns else []
    plain = {name: name for name in names}
    values = {name: name for name in plain if name not in keys} | (links or {})
    quote = connection.ops.quote_name
    into = ", ".join(map(quote, [*keys, *values]))
    taken = ", ".join(map(quote, [*keys.values(), *values.values()]))
    conflict = ", ".join(map(quote, keys))
    update = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in values)
    sql = (
        f"INSERT INTO {quote(target._meta.db_table)} ({into}) "  # noqa: S608
        f"SELECT {taken} FROM {quote(source._meta.db_table)} WHERE run_id = %s {condition} "
        f"ON CONFLICT ({conflict}) DO UPDATE SET {update}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [run.pk])


def _remove_gone_codes(run: ImportRun) -> None:
    """Driven by the few vanished rows: with EXISTS, SQLite would read all staged rows for every known one."""
    quote = connection.ops.quote_name
    codes, staged = quote(PostalCode._meta.db_table), quote(StagedPostalCode._meta.db_table)
    sql = (
        f"DELETE FROM {codes} WHERE id IN (SELECT known.id FROM {staged} gone JOIN {codes} known ON "  # noqa: S608
        "known.municipality_id = gone.municipality_ags AND known.code = gone.code AND known.locality = gone.locality "
        "WHERE gone.run_id = %s AND gone.is_gone)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [run.pk])
