"""Real rows of staffing for tests, with the accounts, controllers and locations they need."""

from datetime import date, time
from decimal import Decimal
from itertools import count

from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.core.models import District
from bruecke.core.viewer import Role
from bruecke.directory.tests.factories import make_location, make_organisation
from bruecke.staffing.models import ConsultationHour, Post, PostHolder, Responsibility

SINCE = date(2026, 1, 1)
_number = count(1)


def make_controller(district: District, name: str = "Landratsamt", kind: str = "district", **values) -> Controller:
    return Controller.objects.create(district=district, name=name, kind=kind, **values)


def make_unit(controller: Controller, name: str = "Referat Soziale Integration", **values) -> Unit:
    return Unit.objects.create(district=controller.district, controller=controller, name=name, **values)


def make_person(
    controller: Controller, *, role: Role = Role.COORDINATOR, name: str = "", since: date = SINCE, until: date | None = None
) -> Account:
    """An account with one membership."""
    number = next(_number)
    account = Account.objects.create_user(email=f"function-{number}@example.org", name=name or f"Funktion {number}")
    Membership.objects.create(
        district=controller.district, account=account, controller=controller, role=role, valid_from=since, valid_until=until
    )
    return account


def make_post(district: District, *, number: int | None = None, **values) -> Post:
    """A post of the district's own controller, made when there is none."""
    controller = values.pop("controller", None) or Controller.objects.filter(kind="district").first()
    defaults = {
        "number": number or next(_number),
        "title": "Integrationskoordination Freital",
        "area_name": "Freital",
        "fte": Decimal("0.75"),
        "controller": controller or make_controller(district),
        "mailbox": "freital@example.org",
        "phone": "+49 30 23125 111",
        "languages": ["de", "ar"],
        "valid_from": SINCE,
    }
    if "employer" not in values:
        values["employer"] = make_organisation(district, name=f"Anstellungsträger {next(_number)}")
    return Post.objects.create(district=district, **{**defaults, **values})


def make_holder(
    post: Post, account: Account | None = None, *, since: date = SINCE, until: date | None = None, **values
) -> PostHolder:
    """Who holds the post; a fitting person is made when none is given."""
    account = account or make_person(post.controller)
    return PostHolder.objects.create(
        district=post.district, post=post, account=account, valid_from=since, valid_until=until, **values
    )


def make_responsibility(post: Post, ags: str, *, since: date = SINCE, until: date | None = None) -> Responsibility:
    return Responsibility.objects.create(
        district=post.district, post=post, municipality_id=ags, valid_from=since, valid_until=until
    )


def make_hour(post: Post, **values) -> ConsultationHour:
    """Thursdays 14–18 Uhr without appointment, as in one of the offices that served as a pattern."""
    defaults = {"weekday": 3, "starts": time(14), "ends": time(18), "valid_from": SINCE}
    if "location" not in values:
        values["location"] = make_location(post.employer)
    return ConsultationHour.objects.create(district=post.district, post=post, **{**defaults, **values})
