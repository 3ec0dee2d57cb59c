"""The public logo of an organisation."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit, files
from bruecke.core.errors import Invalid, WrongState
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.directory.actions.saving import allow_edit, save
from bruecke.directory.models import Organisation

LOGO_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})


@transaction.atomic
def set_logo(*, organisation: Organisation, file: Any, name: str, viewer: Viewer, now: datetime) -> Organisation:
    """Take an image as the public logo; it is re-encoded, the old one goes.

    Effects: stored file; history; audit entry `directory.logo_set`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived, Invalid at `logo` for anything but PNG, JPEG or WebP.
    """
    fresh = Organisation.objects.select_for_update(of=("self",)).select_related("logo").get(pk=organisation.pk)
    allow_edit(fresh, viewer)
    try:
        checked = files.check_file(file, name, accept=LOGO_TYPES)
    except Invalid as error:
        raise Invalid({"logo": error.message}) from error
    old = fresh.logo
    fresh.logo = files.store_file(
        checked, name=name, district=fresh.district, viewer=viewer, now=now, about_uid=fresh.uid, is_public=True
    )
    save(fresh, viewer, now, is_new=False)
    if old is not None:
        files.delete_file(old)
    audit.record(verb="directory.logo_set", target=fresh, viewer=viewer, now=now, fields=["logo"])
    touch_public(fresh.district)
    return fresh


@transaction.atomic
def remove_logo(*, organisation: Organisation, viewer: Viewer, now: datetime) -> Organisation:
    """No logo any more; the file goes. Effects: history; audit entry `directory.logo_removed`. Raises: NotAllowed, WrongState."""
    fresh = Organisation.objects.select_for_update(of=("self",)).select_related("logo").get(pk=organisation.pk)
    allow_edit(fresh, viewer)
    if fresh.logo is None:
        raise WrongState(_("Es gibt kein Logo, das man entfernen könnte."))
    old, fresh.logo = fresh.logo, None
    save(fresh, viewer, now, is_new=False)
    files.delete_file(old)
    audit.record(verb="directory.logo_removed", target=fresh, viewer=viewer, now=now, fields=["logo"])
    touch_public(fresh.district)
    return fresh
