"""Real questions for tests, through the action a resident's form calls, with the people who answer them."""

from datetime import date, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from bruecke.accounts.models import Controller, Unit
from bruecke.accounts.tests.factories import make_account, make_membership, make_unit
from bruecke.core import memo
from bruecke.core.models import District, OutboxMail
from bruecke.core.tests.factories import make_district
from bruecke.core.tokens import receipt_code_from
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.models import Organisation
from bruecke.directory.tests.factories import make_organisation
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import Question, referral
from bruecke.enquiries.actions.referral import Handing
from bruecke.enquiries.models import Enquiry, Referral
from bruecke.enquiries.queries import Addressee
from bruecke.enquiries.states import Channel, ConsentBasis, DangerLaw, Outcome, Passed
from bruecke.offers.tests.factories import make_offer
from bruecke.places.models import Area
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.staffing.tests.factories import make_controller, make_holder, make_post, make_responsibility
from bruecke.vocabulary.models import Language, Term, Topic

FREITAL, HEIDENAU, DOHNA, PIRNA = "14628110", "14628140", "14628090", "14628270"
MARKER = "Zebrastreifenmarke"
SINCE = date(2026, 1, 1)
_seeds = count(1)


def make_vocabulary() -> None:
    """Two topics and four languages, where the migrations brought none."""
    labels = {"german": ("Deutsch lernen", "تعلّم الألمانية"), "housing": ("Wohnung suchen", "البحث عن سكن")}
    for order, (key, (german, arabic)) in enumerate(labels.items()):
        Topic.objects.get_or_create(key=key, defaults={"labels": {"de": german, "ar": arabic}, "order": order})
    spoken = {
        "de": ("Deutsch", "Deutsch"),
        "ar": ("العربية", "Arabisch"),
        "uk": ("Українська", "Ukrainisch"),
        "en": ("English", "Englisch"),
    }
    for order, (code, (native, german)) in enumerate(spoken.items()):
        defaults = {"native_name": native, "labels": {"de": german}, "order": order, "is_frequent": True}
        Language.objects.get_or_create(code=code, defaults=defaults)


def make_scene(slug: str = "musterkreis", ags: str = "14628") -> SimpleNamespace:
    """A district as in one of the seeds; needs its scope open (see `conftest.scene`).

    The Landkreis leads from a unit marked as Ausländerbehörde (`office`, `guard`) and has coordinators in another unit
    (`heidenau`); Freital's coordinator works for an association (`freital`); nobody is in charge of Dohna.
    """
    district = District.objects.filter(slug=slug).first() or make_district(slug, ags=ags, name="Landkreis Muster")
    kreis = make_kreis(ags, "Landkreis Muster")
    names = {FREITAL: ("Freital", "01705"), HEIDENAU: ("Heidenau", "01809"), DOHNA: ("Dohna", "01796"), PIRNA: ("Pirna", "01796")}
    areas = {key: make_municipality(key, name, codes=(code,)) for key, (name, code) in names.items()}
    make_vocabulary()
    leading = make_controller(
        district, "Landratsamt", phone="+49 30 23125 100", mailbox="amt@example.org", legal_basis="§ 3 SächsDSDG"
    )
    association = make_controller(district, "Trägerverein", "association", mailbox="verein@example.org")
    foreigners = make_unit(leading, name="Ausländeramt", is_foreigners_authority=True)
    coordination = make_unit(leading, name="Integrationskoordination")
    scene = SimpleNamespace(
        district=district, kreis=kreis, areas=areas, leading=leading, association=association, foreigners=foreigners,
        coordination=coordination, posts={}, accounts={},
    )  # fmt: skip
    _staff(scene, "heidenau", leading, coordination, HEIDENAU, PIRNA)
    _staff(scene, "freital", association, None, FREITAL)
    for name, role, controller, unit in (
        ("office", Role.DISTRICT_OFFICE, leading, coordination),
        ("guard", Role.DISTRICT_OFFICE, leading, foreigners),
        ("colleague", Role.COORDINATOR, leading, coordination),
        ("commissioner", Role.COMMISSIONER, leading, None),
    ):
        scene.accounts[name] = _person(scene, name, role, controller, unit)
    return scene


def _person(scene: SimpleNamespace, name: str, role: Role, controller: Controller, unit: Unit | None) -> Any:
    account = make_account(name.title())
    make_membership(account, scene.district, role, controller=controller, unit=unit)
    return account


def _staff(scene: SimpleNamespace, name: str, controller: Controller, unit: Unit | None, *places: str) -> None:
    account = _person(scene, name, Role.COORDINATOR, controller, unit)
    post = make_post(
        scene.district, controller=controller, unit=unit, title=f"Integrationskoordination {name.title()}",
        mailbox=f"{name}@example.org",
    )  # fmt: skip
    make_holder(post, account)
    for ags in places:
        make_responsibility(post, ags)
    scene.posts[name], scene.accounts[name] = post, account


def viewer(scene: SimpleNamespace, name: str, now: datetime) -> Viewer:
    """The person as the gate would build her."""
    return queries.viewer_of(scene.accounts[name], scene.district, now)


def addressee(scene: SimpleNamespace, ags: str | None, now: datetime) -> Addressee:
    place = Area.objects.get(pk=ags) if ags else None
    found = queries.addressee_for(scene.district, place, now.date())
    assert found is not None
    return found


def ask(
    scene: SimpleNamespace,
    now: datetime,
    ags: str | None = HEIDENAU,
    *,
    seed: str = "",
    ago: timedelta = timedelta(0),
    **values: Any,
) -> Enquiry:
    """A question from a place, sent `ago`."""
    defaults = {"text": f"Gibt es einen Deutschkurs am Vormittag? {MARKER}", "topic": Topic.objects.get(key="german")}
    return actions.submit_enquiry(
        addressee=values.pop("to", None) or addressee(scene, ags, now),
        question=Question(**{**defaults, **values}),
        receipt_code=code_of(seed or f"seed-{next(_seeds)}"),
        viewer=Viewer.anonymous(scene.district.pk),
        now=now - ago,
    )


def code_of(seed: str) -> str:
    return receipt_code_from(seed)


def capture(
    scene: SimpleNamespace, now: datetime, name: str = "heidenau", *, outcome: Outcome | None = Outcome.ANSWERED
) -> Enquiry:
    return actions.capture_enquiry(
        district=scene.district,
        place=scene.areas[HEIDENAU],
        topic=Topic.objects.get(key="german"),
        language="uk",
        channel=Channel.PHONE,
        outcome=outcome,
        viewer=viewer(scene, name, now),
        now=now,
    )


def make_offers(scene: SimpleNamespace, *titles: str, **values: Any) -> list[Any]:
    """Public offers of one provider with a mailbox, in the category of the topic `german`."""
    Topic.objects.filter(pk="german").update(categories=["language-course", "meeting-place"])
    for order, (taxonomy, key, label) in enumerate(
        (
            ("category", "language-course", "Sprachkurs"),
            ("category", "meeting-place", "Treff"),
            ("category", "culture", "Kultur"),
            ("target_group", "parents", "Eltern"),
        )
    ):
        defaults = {"taxonomy": taxonomy, "key": key, "labels": {"de": label}, "order": order}
        Term.objects.get_or_create(code=f"{taxonomy}:{key}", defaults=defaults)
    memo.forget()
    provider = Organisation.objects.filter(name="Familienzentrum").first() or make_organisation(
        scene.district, name="Familienzentrum", email="angebote@traeger.example.org"
    )
    terms = {"category": ["language-course"], "language": ["de", "uk"], "target_group": []}
    given = {"terms": terms, "provider": provider, **values}
    return [make_offer(scene.district, title, **given) for title in titles]


def handing(basis: ConsentBasis = ConsentBasis.NOTHING_PERSONAL, **values: Any) -> Handing:
    """What is handed over, impersonal unless said otherwise."""
    defaults: dict[str, Any] = {
        "purpose": str(referral.USUAL_PURPOSE),
        "passes": (Passed.TOPIC, Passed.PLACE, Passed.LANGUAGES),
    }
    if basis is ConsentBasis.DANGER:
        defaults |= {"danger_law": DangerLaw.NECESSITY, "danger_reason": "Gewalt in der Wohnung"}
    return Handing(basis=basis, **{**defaults, **values})


def refer(scene: SimpleNamespace, now: datetime, enquiry: Enquiry, offer: Any, *, by: str = "heidenau", **values: Any) -> Referral:
    """Hand the question to the offer, on the basis given in `values`."""
    return referral.prepare_referral(
        enquiry=enquiry, offer=offer, handing=handing(**values), shown=None, version=None, viewer=viewer(scene, by, now), now=now
    )


def link_token(made: Referral) -> str:
    """The token of the latest mail to the provider."""
    mail = OutboxMail.objects.filter(to=made.to_email, body__contains="/vermittlung/").order_by("-pk").first()
    assert mail is not None
    return mail.body.split("/vermittlung/")[1].split("/")[0]
