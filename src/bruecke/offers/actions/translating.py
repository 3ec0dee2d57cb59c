"""Texts of an offer in another language, entered or approved by a person."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.translations import Origin, with_translation
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.actions.editing import apply_values
from bruecke.offers.actions.saving import locked
from bruecke.offers.models import TRANSLATED, Offer


@transaction.atomic
def translate_offer(
    *, offer: Offer, lang: str, texts: Mapping[str, str], version: int | None, viewer: Viewer, now: datetime
) -> Offer:
    """Set the texts of one language as a person answers for them: they fit the German ones as these stand now.

    `texts`: fields of `TRANSLATED`; an empty one takes the translation away, those not named stay. Machine text that is
    saved is approved by that. Effects: as `edit_offer`. Raises: NotAllowed, WrongState when archived, Stale, Invalid per field.
    """
    fresh = locked(offer)
    if not rules.can_edit(viewer, district_id=fresh.district_id):
        raise NotAllowed
    if fresh.is_archived:
        raise WrongState(_("Das Angebot ist archiviert. Bitte holen Sie es zuerst zurück."))
    fresh.check_version(version)
    column = dict(fresh.translations)
    for field in TRANSLATED:
        if field in texts:
            column = _with(column, fresh, lang, field, texts[field].strip(), now)
    if not column.get(lang):
        column.pop(lang, None)
    try:
        return apply_values(fresh, {"translations": column}, viewer=viewer, now=now)
    except Invalid as error:
        raise Invalid(error.errors.get("translations")) from error


def _with(column: dict[str, dict[str, object]], offer: Offer, lang: str, field: str, text: str, now: datetime) -> dict:
    source = getattr(offer, field)
    if not text:
        rest = {name: entry for name, entry in column.get(lang, {}).items() if name != field}
        return {**column, lang: rest}
    now_there = offer.text(field, lang)
    if now_there.lang == lang and now_there.text == text and now_there.origin is Origin.HUMAN and not now_there.is_outdated:
        return column  # nothing new: who approved it stays
    return with_translation(column, lang=lang, field=field, text=text, source=source, origin=Origin.HUMAN, approved_at=now)
