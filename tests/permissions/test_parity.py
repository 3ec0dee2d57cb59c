"""List and rule tell the same story: for every model with `visible_to` and every viewer of the world."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bruecke.accounts import rules as account_rules
from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.core.scope import DistrictModel, Escape, for_district, without_scope
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import rules as directory_rules
from bruecke.directory.models import ContactPerson, Location, Organisation
from bruecke.enquiries import rules as enquiry_rules
from bruecke.enquiries.models import Attachment, Enquiry, Mailbox, Referral, TallyEntry, UnmetDemand
from bruecke.offers import rules as offer_rules
from bruecke.offers.models import ChangeProposal, Offer, OfferFeedback
from bruecke.privacy import rules as privacy_rules
from bruecke.privacy.models import Breach, ErasureEntry, RecordAddition, RecordRelease, SubjectRequest
from bruecke.staffing import queries as staffing
from bruecke.staffing import rules as staffing_rules
from bruecke.staffing.models import (
    Absence,
    EscalationContact,
    EscalationNotice,
    HandOver,
    MunicipalityFigure,
    PlaceSheet,
    Post,
    PostCost,
    PostPayer,
    SheetRecipient,
)
from bruecke.staffing.queries.hand_over import following_accounts
from bruecke.vocabulary import rules as vocabulary_rules
from bruecke.vocabulary.models import DistrictTerm
from tests.architecture.house import our_models
from tests.permissions.world import NORMAL, TODAY, World, members


def _sees_membership(viewer: Viewer, row: Membership) -> bool:
    return account_rules.can_see_membership(
        viewer, account_id=row.account_id, controller_id=row.controller_id, district_id=row.district_id
    )


def _sees_account(viewer: Viewer, row: Account) -> bool:
    held = Membership.objects.filter(account=row, district_id=viewer.district_id).values_list("controller_id", flat=True)
    return account_rules.can_see_account(viewer, account_id=row.pk, controller_ids=list(held))


def _sees_controllers(viewer: Viewer, row: Controller | Unit) -> bool:
    return account_rules.can_see_controllers(viewer) and viewer.district_id == row.district_id


def _sees_entry(viewer: Viewer, row: Organisation | Location) -> bool:
    return directory_rules.can_see_entry(viewer, district_id=row.district_id)


def _sees_contact(viewer: Viewer, row: ContactPerson) -> bool:
    return directory_rules.can_see_contact(
        viewer, district_id=row.district_id, is_released=row.is_released, is_archived=row.is_archived
    )


def _sees_post(viewer: Viewer, row: Post) -> bool:
    with without_scope(Escape.DOCTOR):
        facts = staffing.post_facts(row, TODAY)
    return staffing_rules.can_see_post(viewer, facts)


def _sees_offer(viewer: Viewer, row: Offer) -> bool:
    return offer_rules.can_see(viewer, row, TODAY)


def _sees_inventory(viewer: Viewer, row: ChangeProposal | OfferFeedback) -> bool:
    return viewer.is_system or (offer_rules.can_see_inventory(viewer) and viewer.district_id == row.district_id)


def _sees_cost(viewer: Viewer, row: PostPayer | PostCost) -> bool:
    with without_scope(Escape.DOCTOR):
        facts = staffing.post_facts(row.post, TODAY)
    return staffing_rules.can_see_costs(viewer, facts)


def _sees_count(viewer: Viewer, row: MunicipalityFigure) -> bool:
    if viewer.district_id != row.district_id:
        return False
    own = viewer.has(Role.MUNICIPALITY) and row.municipality_id in viewer.municipalities
    return staffing_rules.can_see_every_post(viewer) or own


def _sees_absence(viewer: Viewer, row: Absence) -> bool:
    return staffing_rules.can_see_every_post(viewer) and viewer.district_id == row.district_id


def _sees_hand_over(viewer: Viewer, row: HandOver) -> bool:
    with without_scope(Escape.DOCTOR):
        accounts = following_accounts(row.leaving)
    return staffing_rules.can_see_hand_over(viewer, district_id=row.district_id, holder_account_ids=accounts)


def _sees_recipient(viewer: Viewer, row: SheetRecipient) -> bool:
    return staffing_rules.can_keep_recipients(viewer, district_id=row.district_id)


def _sees_sheet(viewer: Viewer, row: PlaceSheet) -> bool:
    return staffing_rules.can_see_sheet(viewer, district_id=row.district_id, ags=row.municipality_id)


def _sees_escalation(viewer: Viewer, row: EscalationContact | EscalationNotice) -> bool:
    return staffing_rules.can_see_escalation(viewer, district_id=row.district_id, ags=row.municipality_id)


def _sees_term(viewer: Viewer, row: DistrictTerm) -> bool:
    return vocabulary_rules.can_see_terms(viewer) and viewer.district_id == row.district_id


def _sees_referral(viewer: Viewer, row: Referral) -> bool:
    with without_scope(Escape.DOCTOR):
        return enquiry_rules.can_read_referral(viewer, row, row.enquiry)


def _sees_unmet(viewer: Viewer, row: UnmetDemand) -> bool:
    return enquiry_rules.can_read_unmet(viewer, district_id=row.district_id, place_id=row.place_id)


def _sees_mailbox(viewer: Viewer, row: Mailbox) -> bool:
    return enquiry_rules.can_manage_mailboxes(viewer, district_id=row.district_id)


def _sees_attachment(viewer: Viewer, row: Attachment) -> bool:
    with without_scope(Escape.DOCTOR):
        return enquiry_rules.can_read_attachment(viewer, row.enquiry)


def _sees_record(viewer: Viewer, row: RecordAddition | RecordRelease | ErasureEntry) -> bool:
    return privacy_rules.can_read_record(viewer, controller_id=row.controller_id)


def _sees_request(viewer: Viewer, row: SubjectRequest) -> bool:
    return privacy_rules.can_handle_request(viewer, controller_id=row.controller_id)


def _sees_breach(viewer: Viewer, row: Breach) -> bool:
    return privacy_rules.can_see_breach(viewer, controller_id=row.controller_id)


RULES: dict[Any, Callable[[Viewer, Any], bool]] = {
    Absence: _sees_absence,
    Account: _sees_account,
    Attachment: _sees_attachment,
    Breach: _sees_breach,
    ChangeProposal: _sees_inventory,
    ContactPerson: _sees_contact,
    Controller: _sees_controllers,
    DistrictTerm: _sees_term,
    Enquiry: enquiry_rules.can_read,
    ErasureEntry: _sees_record,
    EscalationContact: _sees_escalation,
    EscalationNotice: _sees_escalation,
    HandOver: _sees_hand_over,
    Location: _sees_entry,
    Mailbox: _sees_mailbox,
    Membership: _sees_membership,
    MunicipalityFigure: _sees_count,
    Offer: _sees_offer,
    OfferFeedback: _sees_inventory,
    Organisation: _sees_entry,
    PlaceSheet: _sees_sheet,
    Post: _sees_post,
    PostCost: _sees_cost,
    PostPayer: _sees_cost,
    RecordAddition: _sees_record,
    RecordRelease: _sees_record,
    Referral: _sees_referral,
    SheetRecipient: _sees_recipient,
    SubjectRequest: _sees_request,
    TallyEntry: enquiry_rules.can_see_stroke,
    Unit: _sees_controllers,
    UnmetDemand: _sees_unmet,
}

ON: dict[Any, tuple[Any, ...]] = {Offer: (TODAY,)}


def viewers(world: World) -> Iterator[Viewer]:
    """Every member, people from outside, who holds a link or a receipt code, nobody, and the house itself."""
    side = world.mine
    for who in members():
        yield side.viewer(who)
    for who in (("normal", Role.COORDINATOR), ("normal", Role.ADMINISTRATOR)):
        yield world.other.viewer(who)
    yield Viewer.anonymous(side.district.pk)
    yield side.system
    for purpose in ("invitation", enquiry_rules.RECEIPT_PURPOSE):
        for key in (NORMAL, "association"):
            yield Viewer.link(purpose, side.things[key].uid, side.district.pk)
    yield Viewer.link(enquiry_rules.LINK_PURPOSE, side.things["referral"].uid, side.district.pk)


def test_every_model_with_a_list_has_its_rule_here(world):
    with for_district(world.mine.district):
        listed = {model for model in our_models() if hasattr(model._default_manager.all(), "visible_to")}
    assert {model.__name__ for model in listed} == {model.__name__ for model in RULES}


@pytest.mark.parametrize("model", RULES, ids=lambda model: model.__name__)
def test_list_and_rule_agree(model, world):
    with without_scope(Escape.DOCTOR):
        everything = list(model._default_manager.order_by("pk"))
    seen = 0
    for viewer in viewers(world):
        with for_district(world.mine.district):
            listed = set(model._default_manager.visible_to(viewer, *ON.get(model, ())).values_list("pk", flat=True))
            rows = everything
            if issubclass(model, DistrictModel) and not (viewer.is_person and viewer.district_id == world.mine.district.pk):
                rows = [row for row in everything if row.district_id == world.mine.district.pk]  # all that the open scope holds
            ruled = {row.pk for row in rows if RULES[model](viewer, row)}
        assert listed == ruled, viewer
        seen += len(listed)
    assert seen, "nobody saw anything: the world is too small for this model"


def test_withheld_questions_are_counted_by_the_same_rule(world):
    with without_scope(Escape.DOCTOR):
        everything = list(Enquiry.objects.order_by("pk"))
    counted = 0
    for viewer in viewers(world):
        with for_district(world.mine.district):
            listed = set(Enquiry.objects.withheld_from(viewer).values_list("pk", flat=True))
            rows = [row for row in everything if row.district_id == world.mine.district.pk]
        assert listed == {row.pk for row in rows if enquiry_rules.is_withheld(viewer, row)}, viewer
        assert not listed & {row.pk for row in everything if enquiry_rules.can_read(viewer, row)}, viewer
        counted += len(listed)
    assert counted


def test_nobody_reads_across_the_border_without_consent(world):
    """The rule of the whole product, told once more without the rules: controller, Ausländerbehörde, consent."""
    with without_scope(Escape.DOCTOR):
        everything = list(Enquiry.objects.select_related("controller", "unit").order_by("pk"))
    for who in members():
        viewer = world.mine.viewer(who)
        with for_district(world.mine.district):
            for row in Enquiry.objects.visible_to(viewer):
                assert row.district_id == viewer.district_id
                assert row.consent_to_share or row.controller_id == viewer.controller_id, who
                assert row.consent_to_share or not viewer.is_foreigners_authority or row.unit_id == viewer.unit_id, who
    assert everything
