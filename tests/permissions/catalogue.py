"""The part of the world that came with offers: an inventory with everything that hangs on it, and the ways from questions to it.

What has an action is built through it; rows that only a file, a mail server or a resident's phone would bring are written.
"""

from datetime import date, timedelta
from typing import Any

from bruecke.core.files import CheckedFile
from bruecke.core.models import ImportBatch, ImportMapping, ImportState, StagedRow
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
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import DistrictTerm

TODAY = date(2026, 11, 24)


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


def _elsewhere(side: Any) -> None:
    for office in ("normal", "association"):
        side.things[f"absence {office}"] = staffing.enter_absence(
            post=side.things[f"post {office}"],
            deputy=None,
            valid_from=TODAY + timedelta(days=20),
            valid_until=TODAY + timedelta(days=27),
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
