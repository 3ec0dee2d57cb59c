"""The first steps of a real installation: a district, its leading office, its first administrator."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from bruecke.accounts import actions as accounts
from bruecke.accounts import queries
from bruecke.accounts.models import Account, Membership
from bruecke.core import audit, clock
from bruecke.core.errors import Invalid
from bruecke.core.models import District
from bruecke.core.models.district import DistrictKind
from bruecke.core.scope import for_district
from bruecke.core.viewer import Role, Viewer
from bruecke.places.models import Area
from bruecke.places.states import AreaKind

FEATURES = ["consultation_hours", "enquiries", "figures", "help", "offers", "staffing"]
RESERVED = {"konto", "einladung"}


@transaction.atomic
def create_district(*, slug: str, name: str, ags: str, languages: list[str], now: datetime) -> District:
    """A district, not yet published, with its leading controller of the same name. Raises: Invalid with a German sentence."""
    known = dict(settings.LANGUAGES)
    if slug != slugify(slug) or slug in RESERVED or len(slug) < 3:
        raise Invalid(f"Die Adresse „{slug}“ geht nicht: nur Kleinbuchstaben, Ziffern und Bindestriche, mindestens drei Zeichen.")
    if not (ags.isdecimal() and len(ags) == 5):
        raise Invalid(f"„{ags}“ ist kein Kreisschlüssel: Er hat fünf Ziffern, zum Beispiel 14628.")
    kreis = Area.objects.filter(pk=ags, kind=AreaKind.KREIS).first()
    if kreis is None:
        raise Invalid(
            f"Den Schlüssel {ags} kennt das Gebietsverzeichnis nicht. Bitte lesen Sie es zuerst ein: bruecke import-places."
        )
    if unknown := [code for code in languages if code not in known]:
        raise Invalid(f"Diese Sprachen gibt es noch nicht: {', '.join(unknown)}. Bekannt sind: {', '.join(known)}.")
    if District.objects.filter(slug=slug).exists() or District.objects.filter(ags=ags).exists():
        raise Invalid("Einen Landkreis oder eine Stadt mit dieser Adresse oder diesem Schlüssel gibt es schon.")
    district = District.objects.create(
        slug=slug,
        name=name,
        ags=ags,
        kind=DistrictKind.KREISFREIE_STADT if kreis.is_kreisfrei else DistrictKind.LANDKREIS,
        languages=["de", *(code for code in languages if code != "de")],
        features=FEATURES,
    )
    viewer = Viewer.system("founding", district.pk)
    audit.record(verb="core.district_created", target=district, viewer=viewer, now=now)
    with for_district(district):
        accounts.create_controller(district=district, values={"name": name, "kind": "district"}, viewer=viewer, now=now)
    return district


@transaction.atomic
def set_published(*, slug: str, is_published: bool, now: datetime) -> District:
    """Show or hide the public pages of a district. Raises: Invalid."""
    district = _district(slug)
    district.is_published = is_published
    district.public_version += 1
    district.save(update_fields=["is_published", "public_version"])
    verb = "core.district_published" if is_published else "core.district_hidden"
    audit.record(verb=verb, target=district, viewer=Viewer.system("founding", district.pk), now=now, fields=["is_published"])
    return district


def invite_administrator(*, slug: str, email: str, now: datetime) -> Account:
    """Invite a person to administer a district, or send the link again; the worker sends the mail. Raises: Invalid, WrongState."""
    district = _district(slug)
    with for_district(district):
        controller = queries.leading_controller(district)
        if controller is None:
            raise Invalid("Dem Landkreis fehlt seine eigene Stelle. Bitte legen Sie ihn neu an.")
        viewer = Viewer.system("founding", district.pk)
        known = (
            Membership.objects.filter(account__email=email.strip().lower(), role=Role.ADMINISTRATOR)
            .select_related("account")
            .first()
        )
        if known is not None:
            return accounts.resend_invitation(account=known.account, district=district, viewer=viewer, now=now)
        return accounts.invite_person(
            district=district,
            email=email,
            name="Verwaltung der Zugänge",
            role=Role.ADMINISTRATOR,
            controller=controller,
            valid_from=clock.local_day(now),
            viewer=viewer,
            now=now,
        )


def reset_second_factor(*, slug: str, email: str, now: datetime) -> Account:
    """For the one administrator whom nobody else can help; it is set up anew at the next log-in. Raises: Invalid, WrongState."""
    district = _district(slug)
    with for_district(district):
        membership = Membership.objects.filter(account__email=email.strip().lower()).select_related("account").first()
        if membership is None:
            raise Invalid("Diesen Zugang gibt es in diesem Landkreis nicht.")
        viewer = Viewer.system("operator", district.pk)
        return accounts.reset_second_factor(account=membership.account, district=district, viewer=viewer, now=now)


def _district(slug: str) -> District:
    district = District.objects.filter(slug=slug).first()
    if district is None:
        known = ", ".join(District.objects.values_list("slug", flat=True)) or "keiner"
        raise Invalid(f"„{slug}“ gibt es nicht. Bekannt: {known}.")
    return district
