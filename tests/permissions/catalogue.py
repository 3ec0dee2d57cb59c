"""The part of the world that came with offers: an inventory with everything that hangs on it, and the ways from questions to it.

What has an action is built through it; rows that only a file, a mail server or a resident's phone would bring are written.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from bruecke.accounts.models import Account
from bruecke.core import saved_views
from bruecke.core.files import CheckedFile, store_file
from bruecke.core.models import Chart, FirstView, ImportBatch, ImportMapping, ImportState, StagedRow
from bruecke.core.tests.factories import NOW
from bruecke.core.tests.strangers import png
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions as directory
from bruecke.enquiries.actions import choosing
from bruecke.enquiries.actions import referral as referring
from bruecke.enquiries.actions.attaching import attach_files
from bruecke.enquiries.actions.referral import Handing
from bruecke.enquiries.models import (
    AnswerTime,
    HelpOffer,
    Mailbox,
    MailboxMessage,
    Message,
    OfferChoice,
    TallyEntry,
)
from bruecke.enquiries.states import ConsentBasis, MisfitReason, Passed
from bruecke.offers import actions as offers
from bruecke.offers import rules as offer_rules
from bruecke.offers.models import ConfirmationRequest
from bruecke.offers.states import FeedbackReason, Visibility
from bruecke.staffing import actions as staffing
from bruecke.staffing.models import PlaceSheet, PostVolume
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import DistrictTerm, Topic

TODAY = date(2026, 11, 24)


def build_views(side: Any) -> None:
    """A view of a list that the leading office gave to everybody, and one it has deleted."""
    office = side.viewer(("normal", Role.DISTRICT_OFFICE))
    step = {"viewer": office, "now": NOW}
    values = {"district": side.district, "page": "directory:organisations", "query": "q=Haus", "is_shared": True, "is_first": False}
    view = side.things["view"] = saved_views.save_view(name="Häuser", **values, **step)
    # Of somebody without membership: a member's own first view would send her from the list to another address.
    gone = Account.objects.create_user(email=f"gone@{side.slug}.example.org", name="Gone", joined_at=NOW)
    FirstView.objects.create(district=side.district, account_id=gone.pk, page=view.page, view=view)
    side.things["view removed"] = saved_views.save_view(name="Weg", **values, **step)
    saved_views.remove_view(uid=side.things["view removed"].uid, **step)
    Chart.objects.create(district=side.district, key="a" * 64, spec={}, asked_at=NOW, used_on=TODAY)
    post = side.things["post normal"]
    PostVolume.objects.create(district=side.district, post=post, fte=post.fte, valid_until=date(2020, 1, 1))


def build_contacts(side: Any) -> None:
    """Contact persons of each office's organisation, one of them released, one archived, and a list that came in."""
    step = {"viewer": side.system, "now": NOW}
    for office in ("normal", "authority", "association", "released", "archived"):
        key = "normal" if office in {"released", "archived"} else office
        values = {"name": f"Änne {office.title()}", "email": f"{office}@{side.slug}.example.org", "note": "Nur intern"}
        organisation = side.things[f"organisation {key}"]
        side.things[f"contact {office}"] = directory.create_contact(organisation=organisation, values=values, **step)
    side.things["contact released"] = directory.release_contact(contact=side.things["contact released"], version=None, **step)
    archived = directory.release_contact(contact=side.things["contact archived"], version=None, **step)
    side.things["contact archived"] = directory.archive_contact(contact=archived, **step)
    side.things["contact batch"] = ImportBatch.objects.create(
        district=side.district,
        kind=directory.IMPORT_KIND,
        file_name="kontakte.csv",
        sha256="0" * 64,
        state=ImportState.DISCARDED,
        header=["Name", "Firma"],
        created_at=NOW,
        finished_at=NOW,
    )


def build_catalogue(side: Any) -> None:
    """Offers of each office's organisation, what waits at them, an absence, own words, an import."""
    for office in ("normal", "authority", "association"):
        side.things[f"offer {office}"] = make_offer(side, office, f"Sprachcafé {office} {side.slug}")
    side.things["offer draft"] = make_offer(side, "normal", f"Entwurf {side.slug}", publish_now=False)
    side.things["offer internal"] = make_offer(side, "normal", f"Nur intern {side.slug}", visibility=Visibility.INTERNAL)
    side.things["offer archived"] = make_offer(side, "normal", f"Vorbei {side.slug}")
    offers.archive_offer(offer=side.things["offer archived"], version=None, viewer=side.system, now=NOW)
    side.things["offer resting"] = make_offer(side, "normal", f"Pause {side.slug}")
    offers.pause_offer(offer=side.things["offer resting"], version=None, viewer=side.system, now=NOW)
    _waiting(side)
    _elsewhere(side)


def make_offer(side: Any, office: str, title: str, *, publish_now: bool = True, **values: Any) -> Any:
    given = {
        "title": title,
        "description": "Wir sprechen Deutsch bei Kaffee und Kuchen.",
        "provider": side.things[f"organisation {office}"],
        "terms": {"category": ["language-course"], "target_group": ["everyone"], "language": ["de"]},
        "locations": [side.things[f"location {office}"]],
        "contact_email": f"{office}@{side.slug}.example.org",
        **values,
    }
    return offers.create_offer(district=side.district, values=given, publish_now=publish_now, viewer=side.system, now=NOW)


def _waiting(side: Any) -> None:
    offer = side.things["offer normal"]
    speaker = Viewer.link(offer_rules.LINK_PURPOSE, offer.provider.uid, side.district.pk)
    side.things["proposal"] = offers.propose_changes(
        offer=offer, values={"title": f"Sprachcafé neu {side.slug}"}, viewer=speaker, now=NOW
    )
    side.things["feedback"] = offers.give_feedback(
        offer=offer,
        reason=FeedbackReason.TIMES,
        text="Jetzt mittwochs",
        language="de",
        viewer=Viewer.anonymous(side.district.pk),
        now=NOW,
    )
    others = (side.things["offer authority"], side.things["offer association"])
    side.things["pair"] = offers.mark_distinct(offers=others, viewer=side.system, now=NOW)
    side.things["request"] = ConfirmationRequest.objects.create(
        district=side.district, provider=offer.provider, asked_at=NOW, offer_count=1
    )


def _sheets(side: Any) -> None:
    """Mailboxes of town halls, and the page of a quarter that each got."""
    for office in ("normal", "association"):
        given = {"district": side.district, "viewer": side.system, "now": NOW}
        side.things[f"recipient {office}"] = staffing.add_recipient(
            municipality=side.places[office], email=f"rathaus-{office}@{side.slug}.example.org", **given
        )
    for office in ("normal", "authority", "association"):
        sheet = PlaceSheet.objects.create(
            district=side.district, municipality=side.places[office], quarter=date(2026, 7, 1), made_at=NOW, recipients=1
        )
        store_file(CheckedFile(b"%PDF-1.7", "application/pdf"), name="blatt.pdf", about_uid=sheet.uid, **given)
        side.things[f"sheet {office}"] = sheet


def _escalation(side: Any) -> None:
    """Chains of every office's municipality with hours, a step that all share, and who was told."""
    given = {"viewer": side.system, "now": NOW}
    for office in ("normal", "authority", "association", "shared"):
        place = side.places.get(office)
        values = {"function": f"Bereitschaft {office}", "phone": "+49 30 23125 140"}
        step = staffing.add_contact(district=side.district, municipality=place, values=values, **given)
        side.things[f"step {office}"] = step
        side.things[f"on call {office}"], *_others = staffing.add_on_call(
            contact=step, weekdays=range(7), starts=time(8), ends=time(18), **given
        )
        if place is not None:
            side.things[f"notice {office}"] = staffing.enter_notice(
                district=side.district,
                municipality=place,
                contact=step,
                function=step.function,
                channel="phone",
                was_reached=True,
                told_at=NOW,
                **given,
            )


def _money(side: Any) -> None:
    """Payers, costs and counts behind the posts, and tables of counts on their way in."""
    for office in ("normal", "authority", "association"):
        given = {"post": side.things[f"post {office}"], "viewer": side.system, "now": NOW}
        share = {"kind": "land", "percent": Decimal(90), "valid_from": date(2026, 1, 1)}
        side.things[f"payer {office}"] = staffing.add_payer(values=share, **given)
        cost = {"yearly_amount": Decimal(50_000), "valid_from": date(2026, 1, 1)}
        side.things[f"cost {office}"] = staffing.add_cost(values=cost, **given)
    staffing.enter_figures(
        district=side.district,
        kind="foreign_residents",
        as_of=date(2025, 12, 31),
        values={side.places[office].pk: 100 for office in ("normal", "association")},
        source="Zählung",
        viewer=side.system,
        now=NOW,
    )
    for kind in ("figures", "census"):
        side.things[f"{kind} batch"] = ImportBatch.objects.create(
            district=side.district,
            kind=f"staffing.{kind}",
            file_name="kennzahlen.csv",
            sha256="0" * 64,
            state=ImportState.DISCARDED,
            header=["AGS", "Quelle"],
            created_at=NOW,
            finished_at=NOW,
        )


def _elsewhere(side: Any) -> None:
    _sheets(side)
    _escalation(side)
    _money(side)
    for office in ("normal", "association"):
        side.things[f"absence {office}"] = staffing.enter_absence(
            post=side.things[f"post {office}"],
            deputy=None,
            valid_from=TODAY + timedelta(days=20),
            valid_until=TODAY + timedelta(days=27),
            viewer=side.system,
            now=NOW,
        )
    for office in ("normal", "authority", "association"):
        side.things[f"hand-over {office}"] = staffing.plan_hand_over(
            post=side.things[f"post {office}"], on=TODAY + timedelta(days=20), viewer=side.system, now=NOW
        )
    side.things["topic"] = staffing.give_topic(
        district=side.district,
        post=side.things["post association"],
        topic=Topic.objects.get(pk="work"),
        municipality=None,
        valid_from=TODAY,
        viewer=side.system,
        now=NOW,
    )
    side.things["term"] = DistrictTerm.objects.create(
        district=side.district, taxonomy="category", key="sport", labels={"de": f"Bewegung {side.slug}"}
    )
    DistrictTerm.objects.create(district=side.district, taxonomy="category", key="housing", is_hidden=True)
    side.things["offers batch"] = ImportBatch.objects.create(
        district=side.district,
        kind="offers.offers",
        file_name="angebote.csv",
        sha256="0" * 64,
        state=ImportState.DISCARDED,
        header=["Titel", "Träger"],
        created_at=NOW,
        finished_at=NOW,
    )
    batch = ImportBatch.objects.create(
        district=side.district, kind="offers", file_name="liste.csv", sha256="0" * 64, created_at=NOW
    )
    side.things["batch"] = batch
    StagedRow.objects.create(district=side.district, batch=batch, number=2)
    ImportMapping.objects.create(district=side.district, kind="offers", header_hash="0" * 64, used_at=NOW)


def build_ways(side: Any) -> None:
    """What leads from questions to offers, and the other doors by which questions come."""
    coordinator = side.viewer(("normal", Role.COORDINATOR))
    enquiry, offer = side.things["normal"], side.things["offer normal"]
    side.things["referral"] = referring.prepare_referral(
        enquiry=enquiry,
        offer=offer,
        handing=Handing(ConsentBasis.STATUS_PAGE, "damit der Träger antworten kann", (Passed.TOPIC, Passed.TEXT)),
        shown=None,
        version=None,
        viewer=coordinator,
        now=NOW,
    )
    side.things["choice"] = OfferChoice.objects.create(
        district=side.district,
        enquiry=enquiry,
        offer=side.things["offer association"],
        verdict="rejected",
        reason=MisfitReason.TOO_FAR,
        rank=1,
        score=0.5,
        decided_on=TODAY,
    )
    side.things["unmet"] = choosing.note_unmet(enquiry=side.things["captured"], category="", viewer=coordinator, now=NOW)
    message = Message.objects.filter(enquiry=enquiry).order_by("pk")[0]
    photo = CheckedFile(png(), "image/png")
    [side.things["attachment"]] = attach_files(message=message, files=[photo], viewer=side.system, now=NOW)
    side.things["help"] = HelpOffer.objects.create(district=side.district, enquiry=side.things["association"])
    side.things["tally"] = TallyEntry.objects.create(
        district=side.district,
        happened_on=TODAY,
        post=side.things["post normal"],
        place=side.places["normal"],
        topic=vocabulary.topics()[0],
        recorded_at=NOW,
        recorded_by=side.people["normal", Role.COORDINATOR],
    )
    mailbox = Mailbox.objects.create(
        district=side.district,
        name="Integration",
        host="localhost",
        username="integration",
        controller=side.controllers["leading"],
        unit=side.units["normal"],
    )
    side.things["mailbox"] = mailbox
    MailboxMessage.objects.create(district=side.district, mailbox=mailbox, message_hash="0" * 64, enquiry=enquiry, taken_at=NOW)
    AnswerTime.objects.create(district=side.district, month=TODAY.replace(day=1), post=side.things["post normal"], hours=3)
