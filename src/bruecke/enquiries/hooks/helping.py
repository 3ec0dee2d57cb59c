"""What offers of help hand to the registries: the way from the page of a place, demo rows."""

from typing import Any

from django.utils.translation import gettext as _now

from bruecke.core.registries import DemoStep, Panel, demo, panels
from bruecke.enquiries.demo import load_doors
from bruecke.places import queries as places
from bruecke.ui.urls import public_url

FEATURE = "help"


def _help_here(request: Any, ags: str) -> tuple[object, str] | None:
    """From the page of a municipality to the form with its place."""
    area = places.area(ags)
    return (_now("Ich möchte helfen"), f"{public_url(request, 'enquiries_public:help')}?ort={area.slug}") if area else None


panels.register(Panel(key="help", page="place", build=_help_here, feature=FEATURE, order=200))
demo.register(DemoStep(key="enquiries.doors", load=load_doors, is_closing=True, order=70))
