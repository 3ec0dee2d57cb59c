"""Consultation hours as iCalendar (RFC 5545) and posts as business cards (vCard 4.0, RFC 6350)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from bruecke.core.clock import BERLIN, start_of
from bruecke.core.folding import sort_key
from bruecke.staffing.models import Post
from bruecke.staffing.queries.contacts import Contact
from bruecke.staffing.queries.feeds import FeedEvent

CALENDAR_TYPE = "text/calendar; charset=utf-8"
CARD_TYPE = "text/vcard; charset=utf-8"
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
_FOLD = 75  # octets a line, RFC 6350 § 3.2


def calendar_file(events: Iterable[FeedEvent], *, name: str, host: str, url: str, lang: str) -> bytes:
    """The feed; the same events give the same bytes. `url` is the page that shows the hours to people."""
    calendar = Calendar()
    calendar.add("prodid", "-//Brücke//Sprechstunden//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name, parameters={"LANGUAGE": lang})
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/Berlin")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", timedelta(hours=12))
    calendar.add_component(_berlin())
    for event in events:
        calendar.add_component(_event(event, host=host, url=url, lang=lang))
    return bytes(calendar.to_ical())


def _berlin() -> Timezone:
    """The rules of the European Union since 1996, so that programs need no table of their own."""
    zone = Timezone()
    zone.add("tzid", "Europe/Berlin")
    for part, name, month, begins, before, after in (
        (TimezoneDaylight(), "CEST", 3, datetime(1996, 3, 31, 2), 1, 2),  # noqa: DTZ001 - the wall clock, as the format wants it
        (TimezoneStandard(), "CET", 10, datetime(1996, 10, 27, 3), 2, 1),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        zone.add_component(part)
    return zone


def _event(one: FeedEvent, *, host: str, url: str, lang: str) -> Event:
    hour, post = one.hour, one.hour.post
    event = Event()
    event.add("uid", f"{one.key}@{host}")
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("sequence", max(0, int((one.changed_at - _BEGINNING).total_seconds()) // 60))
    event.add("dtstart", one.first.starts_at)
    event.add("dtend", one.first.ends_at)
    event.add("rrule", _rrule(one))
    for day in one.days_off:
        event.add("exdate", datetime.combine(day, hour.starts, tzinfo=BERLIN))
    kind = _("Mit Termin") if hour.is_by_appointment else _("Ohne Termin")
    event.add(
        "summary", _("Sprechstunde %(post)s (%(kind)s)") % {"post": post.area_name, "kind": kind}, parameters={"LANGUAGE": lang}
    )
    place = ", ".join(part for part in (hour.location.name, hour.location.address) if part)
    event.add("location", place, parameters={"LANGUAGE": "de"})
    event.add("description", "\n".join(line for line in (post.title, hour.note, post.phone, post.mailbox) if line))
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event


def _rrule(one: FeedEvent) -> vRecur:
    """The rule until the end of its last day; RFC 5545 wants that moment in UTC."""
    rule = vRecur.from_ical(one.hour.rule().rrule)
    if one.until_on is not None:
        rule["UNTIL"] = [(start_of(one.until_on) - timedelta(seconds=1)).astimezone(UTC)]
    return rule


# --- business cards ----------------------------------------------------------------------------------------------------


def card_file(contacts: Sequence[Contact], *, revised: datetime, lang: str) -> bytes:
    """One card a post: the function, never a name that was not released."""
    return "".join(_card(contact, revised, lang) for contact in contacts).encode()


def _card(contact: Contact, revised: datetime, lang: str) -> str:
    post = contact.post
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:urn:bruecke:post:{post.uid}",
        "KIND:org",
        f"FN;LANGUAGE=de:{_text(post.title)}",
        f"ORG;LANGUAGE=de;SORT-AS={_parameter(sort_key(post.employer.name))}:{_text(post.employer.name)};{_text(post.title)}",
        *([f"NOTE;LANGUAGE=de:{_text(contact.public_name)}"] if contact.public_name else []),
        *([f"TEL;VALUE=uri;TYPE=work:tel:{_dialled(post.phone)}"] if post.phone else []),
        f"EMAIL;TYPE=work:{_text(post.mailbox)}",
        *_address(post),
        *(f"LANG;PREF={place}:{code}" for place, code in enumerate(post.languages, start=1)),
        *([f"CATEGORIES:{','.join(_text(place.name) for place in contact.places)}"] if contact.places else []),
        f"REV:{revised.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"PRODID:-//Brücke//{lang}",
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _address(post: Post) -> list[str]:
    office = post.office
    if office is None or not office.address:
        return []
    parts = ("", "", office.street, office.town, "", office.postcode, "Deutschland")
    label = ", ".join(part for part in (office.name, office.address) if part)
    return [f"ADR;TYPE=work;LABEL={_parameter(label)}:{';'.join(map(_text, parts))}"]


def _text(value: str) -> str:
    """A value as RFC 6350 § 3.4 wants it."""
    clean = "".join(sign for sign in value.replace("\r\n", "\n").replace("\r", "\n") if sign == "\n" or sign.isprintable())
    for sign, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        clean = clean.replace(sign, written)
    return clean


def _parameter(value: str) -> str:
    """A value of a parameter in quotation marks; what may not stand in them is left out (RFC 6868 escapes few programs know)."""
    return '"' + "".join(sign for sign in value if sign.isprintable() and sign != '"') + '"'


def _dialled(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


def _folded(line: str) -> str:
    """Lines of 75 octets at most, never cut inside a sign."""
    pieces: list[str] = []
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > (_FOLD if not pieces else _FOLD - 1):
            pieces.append(piece)
            piece, size = "", 0
        piece, size = piece + sign, size + width
    return "\r\n ".join([*pieces, piece])
