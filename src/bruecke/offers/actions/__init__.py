"""Writes of the catalogue: editing, life, confirming, the loop with providers, proposals, feedback, derived rows."""

from bruecke.offers.actions.asking import ask_providers
from bruecke.offers.actions.derived import drop_index, refresh_places, reindex
from bruecke.offers.actions.editing import NewOffer, create_offer, create_offers, edit_offer
from bruecke.offers.actions.events import (
    OfferArchived,
    OfferChanged,
    OfferConfirmed,
    OfferCreated,
    OfferEvent,
    OfferStateChanged,
)
from bruecke.offers.actions.feedback import give_feedback, mark_distinct, reopen_feedback, settle_feedback
from bruecke.offers.actions.forgetting import forget_editor, forget_old_feedback, forget_old_proposals, forget_organisation
from bruecke.offers.actions.life import (
    archive_offer,
    confirm_offer,
    confirm_offers,
    pause_offer,
    publish_offer,
    restore_offer,
    resume_offer,
    undo_change,
    unpublish_offer,
)
from bruecke.offers.actions.proposals import (
    ACCEPT,
    REJECT,
    confirm_by_provider,
    decide_change,
    propose_changes,
    withdraw_proposal,
)
from bruecke.offers.actions.taking_over import OfferRow, take_over_offers
from bruecke.offers.actions.translating import translate_offer
from bruecke.offers.actions.values import Context, clean

__all__ = [
    "ACCEPT",
    "REJECT",
    "Context",
    "NewOffer",
    "OfferArchived",
    "OfferChanged",
    "OfferConfirmed",
    "OfferCreated",
    "OfferEvent",
    "OfferRow",
    "OfferStateChanged",
    "archive_offer",
    "ask_providers",
    "clean",
    "confirm_by_provider",
    "confirm_offer",
    "confirm_offers",
    "create_offer",
    "create_offers",
    "decide_change",
    "drop_index",
    "edit_offer",
    "forget_editor",
    "forget_old_feedback",
    "forget_old_proposals",
    "forget_organisation",
    "give_feedback",
    "mark_distinct",
    "pause_offer",
    "propose_changes",
    "publish_offer",
    "refresh_places",
    "reindex",
    "reopen_feedback",
    "restore_offer",
    "resume_offer",
    "settle_feedback",
    "take_over_offers",
    "translate_offer",
    "undo_change",
    "unpublish_offer",
    "withdraw_proposal",
]
