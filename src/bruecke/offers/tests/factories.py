"""Real offers for tests, through the action that imports and the demo use, with the provider and the house they need."""

from datetime import date, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

from bruecke.accounts.tests.factories import make_account, make_membership
from bruecke.core import memo
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.tests.factories import NOW, make_district, viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.models import Location, Organisation
from bruecke.directory.tests.factories import make_location, make_organisation
from bruecke.offers import actions, rules
from bruecke.offers.actions import NewOffer
from bruecke.offers.models import Offer
from bruecke.offers.states import ConfirmedBy, OfferState
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.vocabulary.models import Language, Term

FREITAL, HEIDENAU, DOHNA, PIRNA = "14628110", "14628140", "14628090", "14628270"
MIDDLES = {
    FREITAL: ("Freital", "01705", 51.001, 13.650),
    HEIDENAU: ("Heidenau", "01809", 50.979, 13.868),
    DOHNA: ("Dohna", "01796", 50.955, 13.857),
    PIRNA: ("Pirna", "01796", 50.962, 13.941),
}
TUESDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "first_on": "2026-09-01", "starts": "09:00", "ends": "11:00"}
_number = count(1)


def make_languages() -> None:
    """German, Arabic and Ukrainian, where no import brought them."""
    for order, (code, native, german) in enumerate(
        (("de", "Deutsch", "Deutsch"), ("ar", "العربية", "Arabisch"), ("uk", "Українська", "Ukrainisch"))
    ):
        Language.objects.get_or_create(code=code, defaults={"native_name": native, "labels": {"de": german}, "order": order})


def make_scene(slug: str = "musterkreis", ags: str = "14628") -> SimpleNamespace:
    """A district with four municipalities, a coordinator for Freital, an office, and a provider; needs its scope open."""
    district = District.objects.filter(slug=slug).first() or make_district(
        slug, ags=ags, name="Landkreis Muster", features=["consultation_hours", "enquiries", "staffing", "offers"]
    )
    kreis = make_kreis(ags, "Landkreis Muster")
    areas = {key: make_municipality(key, name, codes=(code,), lat=lat, lon=lon) for key, (name, code, lat, lon) in MIDDLES.items()}
    make_languages()
    provider = make_organisation(district, name="Trägerverein Muster e. V.", email="angebote@traeger.example.org")
    account = make_account("Koordination")
    make_membership(account, district, Role.COORDINATOR)
    return SimpleNamespace(
        district=district,
        kreis=kreis,
        areas=areas,
        provider=provider,
        account=account,
        office=viewer_with(district, Role.DISTRICT_OFFICE, account_id=account.pk),
        coordinator=viewer_with(district, Role.COORDINATOR, account_id=account.pk, municipalities=frozenset({FREITAL})),
        link=Viewer.link(rules.LINK_PURPOSE, provider.uid, district.pk),
        public=Viewer.anonymous(district.pk),
    )


def make_house(owner: Organisation, ags: str = FREITAL, **values: Any) -> Location:
    """A house in the middle of a municipality, unless it is put elsewhere."""
    name, code, lat, lon = MIDDLES[ags]
    number = next(_number)
    defaults = {
        "name": f"Haus {number}",
        "street": f"Beispielstraße {number}",
        "postcode": code,
        "town": name,
        "lat": lat,
        "lon": lon,
    }
    return make_location(owner, area_id=ags, **{**defaults, **values})


def make_offer(
    district: District,
    title: str = "",
    *,
    provider: Organisation | None = None,
    state: OfferState = OfferState.ACTIVE,
    confirmed_on: date | str | None = "today",
    now: datetime = NOW,
    viewer: Viewer | None = None,
    external_key: str = "",
    **values: Any,
) -> Offer:
    """An offer as an import makes it: public, running, confirmed today unless said otherwise. `values`: `queries.EDITABLE`."""
    title = title or f"Angebot {next(_number)}"
    provider = provider or Organisation.objects.filter(archived_at=None).order_by("pk").first() or make_organisation(district)
    day = local_day(now) if confirmed_on == "today" else confirmed_on
    new = NewOffer(
        values={"title": title, "provider": provider, **values},
        state=OfferState.ACTIVE if state is OfferState.ARCHIVED else state,
        confirmed_on=day,
        confirmed_by=ConfirmedBy.OFFICE if day else None,
        external_source="test" if external_key else "",
        external_key=external_key,
    )
    system = viewer or Viewer.system("test", district.pk)
    offer = actions.create_offers(district=district, offers=[new], viewer=system, now=now)[0]
    if state is OfferState.ARCHIVED:
        offer = actions.archive_offer(offer=offer, version=None, viewer=system, now=now)
    return offer


def make_terms() -> None:
    """Categories courses > german-courses and advice, and the target group women, as an import brings them."""
    for order, (taxonomy, key, parent, label) in enumerate(
        (
            ("category", "courses", "", "Kurse"),
            ("category", "german-courses", "courses", "Deutschkurse"),
            ("category", "advice", "", "Beratung"),
            ("target_group", "women", "", "Frauen"),
        ),
        start=900,
    ):
        Term.objects.get_or_create(
            code=f"{taxonomy}:{key}",
            defaults={
                "taxonomy": taxonomy,
                "key": key,
                "parent_key": parent,
                "labels": {"de": label},
                "order": order,
            },
        )
    memo.forget()
