"""How traces of persons leave the directory. The functions run inside an erasure, across districts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from bruecke.accounts.models import Account
from bruecke.core import imports, settings
from bruecke.core.clock import local_day
from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory.actions.contacts import erase_contact
from bruecke.directory.models import ContactPerson, Location, Organisation

KEEP_ARCHIVED = "directory.contact_months"
IMPORT_KIND = "directory.contacts"
_BATCH = 200


def forget_editor(account_uid: str) -> int:
    """Remove a person from the record of changes and of releases; both stay. Returns changed rows."""
    account_id = Account.objects.filter(uid=account_uid).values_list("pk", flat=True).first()
    if account_id is None:
        return 0
    tables: list[Any] = [Organisation.history, Location.history, ContactPerson.history]
    count = sum(table.filter(history_user_id=account_id).update(history_user_id=None) for table in tables)
    contacts: list[Any] = [ContactPerson.objects, ContactPerson.history]
    for table in contacts:
        count += table.filter(released_by=account_id).update(released_by=None)
    return count


def forget_organisation(uid: str) -> int:
    """Wipe an organisation that is a person (one-man initiative), its locations and all their past versions.

    The row stays under a neutral name, because posts and hours may refer to it; contact persons go. Returns changed rows.
    """
    gone = {"name": f"gelöscht {uid[:6]}", "sort_key": f"geloescht {uid[:6]}", "find_key": ""}
    contact = {"short_name": "", "website": "", "email": "", "phone": "", "identifiers": []}
    address = {"street": "", "postcode": "", "town": "", "access_note": "", "lat": None, "lon": None}
    count = sum(forget_contact(one) for one in ContactPerson.objects.filter(organisation__uid=uid).values_list("uid", flat=True))
    count += Organisation.objects.filter(uid=uid).update(**gone, **contact)
    count += Location.objects.filter(organisation__uid=uid).update(**gone, **address)
    ids = list(Location.objects.filter(organisation__uid=uid).values_list("pk", flat=True))
    count += Organisation.history.filter(uid=uid).delete()[0]
    count += Location.history.filter(id__in=ids).delete()[0]
    return count


def forget_contact(uid: str) -> int:
    """Delete a contact person, all past versions, and uploaded tables in which she stands. Returns rows gone."""
    versions = list(ContactPerson.history.filter(uid=uid).order_by("history_id"))
    rows = list(ContactPerson.objects.filter(uid=uid))
    count = 0
    for district_id in {one.district_id for one in (*versions, *rows)}:
        count += imports.forget_texts(kind=IMPORT_KIND, district_id=district_id, texts=_texts((*versions, *rows)))
    count += ContactPerson.objects.filter(uid=uid).delete()[0]
    return count + int(ContactPerson.history.filter(uid=uid).delete()[0])  # last, because deleting writes a version too


def _texts(rows: Iterable[Any]) -> set[str]:
    """By what a table may name her: each name as a set of words, and each address."""
    found = {find_key(text) for row in rows for text in (row.name, row.email) if text}
    return {text for text in found if text}


def apply_retention(district: District, now: datetime) -> int:
    """Erase contact persons who, or whose organisations, were archived longer ago than the district's period; returns how many."""
    months = settings.get(district, KEEP_ARCHIVED, local_day(now))
    until = now - relativedelta(months=months)
    viewer = Viewer.system("retention", district.pk)
    due = list(ContactPerson.objects.archived_before(until).select_related("organisation").order_by("pk")[:_BATCH])
    for contact in due:
        erase_contact(contact=contact, viewer=viewer, now=now)
    return len(due)
