"""The contact list as page, PDF and business cards, and consultation hours as calendars: files that anybody may keep."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.generic import View

from bruecke.core.clock import local_day, start_of
from bruecke.core.translations import Text
from bruecke.core.typesetting import Document, kept_pdf
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.places.states import AreaKind
from bruecke.staffing import queries
from bruecke.staffing.exports import CALENDAR_TYPE, CARD_TYPE, calendar_file, card_file
from bruecke.staffing.models import Post
from bruecke.staffing.queries import Contact, ContactList
from bruecke.ui.languages import direction_of
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicPage
from bruecke.ui.views.base import HouseView
from bruecke.ui.wording import hours_plain
from bruecke.vocabulary import queries as vocabulary

FRESH = 3600  # seconds; a change at the desk makes every file new at once


class _Contacts(HouseView):
    """Mixin: today's contact list of the district."""

    feature = "staffing"

    @cached_property
    def contacts(self) -> ContactList:
        return queries.contact_list(self.district, local_day(self.now))

    @property
    def shows_hours(self) -> bool:
        return bool(self.district.has_feature("consultation_hours"))

    @property
    def office_name(self) -> str:
        return str(self.district.label("office", self.district.name))

    @cached_property
    def language_words(self) -> dict[str, Text]:
        """Each language of the vocabulary in the language of the page, asked once for all posts."""
        return {language.code: vocabulary.label_text(language, self.lang) for language in vocabulary.languages()}

    def spoken(self, post: Post) -> SafeString:
        words = [self.language_words[code] for code in post.languages if code in self.language_words]
        return format_html_join(_(", "), '<bdi lang="{}">{}</bdi>', ((word.lang, word.text) for word in words))


class ContactsPage(_Contacts, PublicPage):
    """Every post with municipalities, telephone, mailbox, languages, hours and office; the day of the last change on top."""

    template_name = "staffing/contacts.html"
    cache_seconds = FRESH

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.contacts
        return super().get_context_data(
            as_of=found.as_of,
            rows=[self._row(contact) for contact in found.contacts],
            uncovered=found.uncovered,
            office=found.office,
            office_name=self.office_name,
            files={name: public_url(self.request, f"staffing_public:contacts-{name}") for name in ("pdf", "cards")},
            crumbs=[(_("Start"), public_url(self.request, "web_public:start"))],
            **kwargs,
        )

    def _row(self, contact: Contact) -> dict[str, Any]:
        uid = contact.post.uid
        hours = [(hour, queries.rhythm_with_day(hour)) for hour in contact.hours] if self.shows_hours else []
        return {
            "contact": contact,
            "post": contact.post,
            "languages": self.spoken(contact.post),
            "hours": hours,
            "card_url": public_url(self.request, "staffing_public:contact-card", uid=uid),
            "calendar_url": public_url(self.request, "staffing_public:post-calendar", uid=uid) if hours else "",
        }


class _File(HouseView, View):
    """A file that is made from public facts; kept in the page cache like a page."""

    door = "public"
    cached = True
    cache_seconds = FRESH

    def answer(self, content: bytes, content_type: str, name: str, *, is_shown: bool = True) -> HttpResponse:
        way = "inline" if is_shown else "attachment"
        return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": f'{way}; filename="{name}"'})

    def file_name(self, *parts: str, ending: str) -> str:
        """ASCII words with the slug of the district, for instance `kontakte-musterkreis-2026-11-24.pdf`."""
        return "-".join(slugify(part) for part in (*parts[:1], self.district.slug, *parts[1:])) + f".{ending}"


class ContactsPdf(_Contacts, _File):
    """The list as PDF/UA in the language of the address. Set once for each state of the list, then a file."""

    def get(self, request: Any) -> HttpResponse:
        found = self.contacts
        document = Document(
            template="staffing/data/contact_list.typ",
            title=_("Kontakte: %(office)s") % {"office": self.office_name},
            lang=self.lang,
            is_rtl=direction_of(self.lang) == "rtl",
            day=found.as_of,
            data=self._data(found),
        )
        name = self.file_name("kontakte", f"{found.as_of:%Y-%m-%d}", ending="pdf")
        return self.answer(kept_pdf(document), "application/pdf", name)

    def _data(self, found: ContactList) -> dict[str, Any]:
        office = found.office
        address = ", ".join(line.strip() for line in office.address.splitlines() if line.strip()) if office else ""
        return {
            "publisher": self.district.name,
            "as-of": _("Stand: %(day)s") % {"day": f"{found.as_of:%d.%m.%Y}"},
            "words": {
                "post": _("Stelle und Gemeinden"),
                "contact": _("Kontakt"),
                "hours": _("Sprechstunden"),
                "vacant": _("zurzeit nicht besetzt"),
                "office": _("Gemeinden ohne eigene Stelle"),
                "office-text": _("Hier hilft die Stelle des Landkreises:"),
                "list": _("Alle Stellen"),
            },
            "office": {"name": self.office_name, "phone": office.phone, "mailbox": office.mailbox, "address": address}
            if office and found.uncovered
            else None,
            "uncovered": [place.name for place in found.uncovered],
            "rows": [self._row(contact) for contact in found.contacts],
        }

    def _row(self, contact: Contact) -> dict[str, Any]:
        post = contact.post
        spoken = [self.language_words[code].text for code in post.languages if code in self.language_words]
        return {
            "title": post.title,
            "employer": post.employer.name,
            "person": contact.public_name,
            "places": [place.name for place in contact.places],
            "vacant": contact.is_vacant,
            "phone": "" if contact.is_vacant else post.phone,
            "mailbox": "" if contact.is_vacant else post.mailbox,
            "address": [part for part in (post.office.name, post.office.address) if part] if post.office else [],
            "languages": _(", ").join(spoken) if spoken and not contact.is_vacant else "",
            "hours": [
                {
                    "when": f"{queries.rhythm_with_day(hour)}{_(', ')}{hours_plain(hour.starts, hour.ends)}",
                    "kind": _("Mit Termin") if hour.is_by_appointment else _("Ohne Termin"),
                    "where": ", ".join(part for part in (hour.location.name, hour.location.town) if part),
                }
                for hour in (contact.hours if self.shows_hours else ())
            ],
        }


class ContactCards(_Contacts, _File):
    """All posts as business cards, or the one of the address."""

    def get(self, request: Any, uid: str = "") -> HttpResponse:
        found = self.contacts
        chosen = [contact for contact in found.contacts if not contact.is_vacant and uid in {"", contact.post.uid}]
        if uid and not chosen:
            raise Http404
        content = card_file(chosen, revised=start_of(found.as_of), lang=self.lang)
        name = (
            self.file_name("kontakt", chosen[0].post.area_name, ending="vcf") if uid else self.file_name("kontakte", ending="vcf")
        )
        return self.answer(content, CARD_TYPE, name, is_shown=False)


class _Calendar(_File):
    feature = "consultation_hours"

    def calendar(self, of: Post | Area | None, name: str, file_name: str) -> HttpResponse:
        content = calendar_file(
            queries.feed(of, now=self.now),
            name=name,
            host=urlsplit(settings.BASE_URL).hostname or "localhost",
            url=settings.BASE_URL + public_url(self.request, "staffing_public:hours"),
            lang=self.lang,
        )
        return self.answer(content, CALENDAR_TYPE, file_name)


class DistrictCalendar(_Calendar):
    """All consultation hours of the district."""

    def get(self, request: Any) -> HttpResponse:
        name = _("Sprechstunden %(place)s") % {"place": self.district.name}
        return self.calendar(None, name, self.file_name("sprechstunden", ending="ics"))


class PlaceCalendar(_Calendar):
    """The hours of whoever is in charge of a municipality."""

    def get(self, request: Any, slug: str) -> HttpResponse:
        area = places.area_by_slug(slug)
        if area is None or area.kind != AreaKind.GEMEINDE or area.kreis_id != self.district.ags or not area.is_current:
            raise Http404
        name = _("Sprechstunden %(place)s") % {"place": area.name}
        return self.calendar(area, name, self.file_name("sprechstunden", area.slug, ending="ics"))


class PostCalendar(_Calendar):
    """The hours of one post."""

    def get(self, request: Any, uid: str) -> HttpResponse:
        post = Post.objects.not_ended(local_day(self.now)).filter(uid=uid).first()
        if post is None:
            raise Http404
        name = _("Sprechstunden %(place)s") % {"place": post.area_name}
        return self.calendar(post, name, self.file_name("sprechstunden", post.area_name, ending="ics"))
