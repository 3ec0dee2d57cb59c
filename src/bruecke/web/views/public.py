"""Public pages above the apps: the list of districts, a district's start page, its legal pages."""

from typing import Any

from django.utils.functional import cached_property

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Controller
from bruecke.core.models import District
from bruecke.core.registries import personal_data
from bruecke.places import queries as places
from bruecke.staffing import queries as staffing
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicPage
from bruecke.vocabulary import queries as vocabulary
from bruecke.web.forms import FinderForm
from bruecke.web.queries import example_place

TOPICS_ON_START = 6


class Home(PublicPage):
    """All published districts of the installation."""

    template_name = "web/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        districts = District.objects.filter(is_published=True).order_by("name")
        return super().get_context_data(districts=districts, **kwargs)


class Start(PublicPage):
    """*Wer hilft mir?*: the finder, the next open consultation hour, ways on."""

    template_name = "web/start.html"
    cache_seconds = 120  # the next consultation hour moves on

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ask = public_url(self.request, "enquiries_public:ask")
        return super().get_context_data(
            next_hour=next(iter(staffing.next_public_hours(now=self.now, limit=1)), None),
            topics=[
                (vocabulary.label(topic, self.lang), f"{ask}?thema={topic.key}") for topic in vocabulary.topics()[:TOPICS_ON_START]
            ],
            office=accounts.leading_controller(self.district),
            offers_url=public_url(self.request, "offers_public:catalogue") if self.district.has_feature("offers") else "",
            help_url=public_url(self.request, "enquiries_public:help") if self.district.has_feature("help") else "",
            finder=FinderForm(example=example_place(self.district.ags)),
            **kwargs,
        )


class _LegalPage(PublicPage):
    """A page about the district's offices; it names the controllers, who answer for their own records."""

    @cached_property
    def controllers(self) -> list[Any]:
        return list(Controller.objects.order_by("name"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        office = accounts.leading_controller(self.district)
        return super().get_context_data(controllers=self.controllers, office=office, **kwargs)


class Imprint(_LegalPage):
    template_name = "web/imprint.html"


class Privacy(_LegalPage):
    """What is kept about whom, why and how long: written from the classification of the fields themselves."""

    template_name = "web/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        of_residents = (entry for entry in personal_data if entry.key.startswith("enquiries."))
        rows = {(str(entry.purpose), str(entry.retention), entry.legal_basis): entry for entry in of_residents}
        return super().get_context_data(entries=list(rows.values()), **kwargs)


class Accessibility(_LegalPage):
    template_name = "web/accessibility.html"


class Sources(PublicPage):
    """Where places, postal codes and boundaries come from, with their licences."""

    template_name = "web/sources.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(notes=places.source_notes(), **kwargs)
