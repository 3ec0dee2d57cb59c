"""Dated settings of a district: declared by the apps that use them, read for a day, changed from a day on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.memo import remembered
from bruecke.core.models import District, DistrictSetting
from bruecke.core.registry import Registry
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SettingKey:
    """One setting: its default, its German label and hint, and how typed text becomes a value (raises ValueError)."""

    key: str
    label: object
    default: Any
    parse: Callable[[str], Any]
    hint: object = ""
    order: int = 100


setting_keys: Registry[SettingKey] = Registry("setting_keys")


def whole_number(at_least: int, at_most: int) -> Callable[[str], int]:
    """A parser of whole numbers within bounds."""

    def parse(text: str) -> int:
        number = int(text)
        if not at_least <= number <= at_most:
            raise ValueError(text)
        return number

    return parse


def get(district: District, key: str, on: date) -> Any:
    """The value that holds on day `on`, else the declared default. One query per version of the district and process."""
    if not hasattr(district, "_dated_settings"):
        district._dated_settings = _dated(district)  # type: ignore[attr-defined]
    value = setting_keys[key].default
    for row in district._dated_settings:  # type: ignore[attr-defined]
        if row.key == key and row.valid_from <= on:
            value = row.value
    return value


def _dated(district: District) -> list[DistrictSetting]:
    """In a tuple, because what is empty is not remembered, and most districts have changed nothing."""
    (rows,) = remembered(
        f"settings:{district.pk}",
        lambda: (list(district.dated_settings.order_by("valid_from")),),
        version=district.public_version,
    )
    return rows


@transaction.atomic
def change_setting(*, district: District, key: str, text: str, valid_from: date, viewer: Viewer, now: datetime) -> DistrictSetting:
    """Set a value from a day on. Effects: audit entry `core.setting_changed`, fresh public pages. Raises: NotAllowed, Invalid."""
    if not (viewer.is_administrator or viewer.is_system):
        raise NotAllowed
    try:
        value = setting_keys[key].parse(text.strip())
    except (ValueError, KeyError) as error:
        raise Invalid({key: setting_keys[key].hint if key in setting_keys else None}) from error
    row, _created = DistrictSetting.objects.update_or_create(
        district=district, key=key, valid_from=valid_from, defaults={"value": value}
    )
    touch_public(district)
    audit.record(verb="core.setting_changed", target=district, viewer=viewer, now=now, fields=[key])
    if hasattr(district, "_dated_settings"):
        del district._dated_settings
    return row
