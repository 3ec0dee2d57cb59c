"""Reads about sign-in services: which there are, who is linked, and whether a linked person may in."""

from dataclasses import dataclass
from datetime import date

from bruecke.accounts import rules
from bruecke.accounts.models import Account, ExternalIdentity, SignInService
from bruecke.accounts.queries.access import build_viewer
from bruecke.accounts.queries.people import own_memberships
from bruecke.accounts.states import SignInTrouble
from bruecke.core.models import District
from bruecke.core.scope import for_district, for_districts


@dataclass(frozen=True, slots=True)
class Doorway:
    """A service on the log-in page."""

    slug: str
    label: str


def sign_in_doorways(slug: str = "") -> list[Doorway]:
    """Services that are on, by label: that of the district `slug` alone where it has one, else all. Two queries."""
    with for_districts(District.objects.order_by("pk")):
        rows = SignInService.objects.filter(is_on=True).select_related("district").order_by("label", "pk")
        found = [Doorway(row.district.slug, row.label) for row in rows]
    return [one for one in found if one.slug == slug] or found


def sign_in_service(district: District) -> SignInService | None:
    """The district's service, on or off."""
    with for_district(district):
        return SignInService.objects.filter(district=district).select_related("district").first()


def service_behind(slug: str) -> SignInService | None:
    """The service of a district that is on."""
    district = District.objects.filter(slug=slug).first()
    service = sign_in_service(district) if district else None
    return service if service and service.is_on else None


def identity_of(account: Account, district: District) -> ExternalIdentity | None:
    """How the person is linked with the district's service."""
    with for_district(district):
        return ExternalIdentity.objects.filter(account=account, district=district).select_related("service").first()


def person_behind(service: SignInService, subject: str, on: date) -> tuple[ExternalIdentity | None, SignInTrouble | None]:
    """Who the service means, and what keeps her out on that day.

    Only the service's own lasting id counts. A mailbox would not do: whoever can give herself one at the service, or takes
    over one that was free again, would come in as somebody else.
    """
    with for_district(service.district):
        identity = ExternalIdentity.objects.filter(service=service, subject=subject).select_related("account").first()
    if identity is None:
        return None, SignInTrouble.UNKNOWN_PERSON
    if not identity.account.is_active or identity.account.joined_at is None:
        return identity, SignInTrouble.LOCKED
    if not build_viewer(identity.account, service.district, on).roles:
        return identity, SignInTrouble.NO_MEMBERSHIP
    return identity, None


def must_use_service(account: Account, on: date) -> bool:
    """As `rules.must_use_service`, for the roles of that day. Two queries, one where the person holds no role."""
    held = [row for row in own_memberships(account, on) if row.valid_from <= on]
    if not held:
        return False
    with for_districts(row.district for row in held):
        covered = list(
            ExternalIdentity.objects.filter(account=account, service__is_on=True, service__is_only_way=True).values_list(
                "district_id", flat=True
            )
        )
    return rules.must_use_service([(row.district_id, row.role) for row in held], covered)
