"""Tables of staffing: posts, the plan, hours, hand-overs, the escalation chain, pages for mayors; no workflow here."""

from bruecke.staffing.models.escalation import EscalationContact, EscalationNotice, OnCallTime
from bruecke.staffing.models.handover import HandOver
from bruecke.staffing.models.hours import ConsultationException, ConsultationHour
from bruecke.staffing.models.plan import FIGURE_LABELS, Assignment, MunicipalityFigure, Responsibility, TopicResponsibility
from bruecke.staffing.models.posts import (
    ENGAGEMENT_LABELS,
    PAYER_LABELS,
    POST_KIND_LABELS,
    Absence,
    Post,
    PostCost,
    PostHolder,
    PostPayer,
    PostVolume,
)
from bruecke.staffing.models.sheets import PlaceSheet, SheetRecipient

__all__ = [
    "ENGAGEMENT_LABELS",
    "FIGURE_LABELS",
    "PAYER_LABELS",
    "POST_KIND_LABELS",
    "Absence",
    "Assignment",
    "ConsultationException",
    "ConsultationHour",
    "EscalationContact",
    "EscalationNotice",
    "HandOver",
    "MunicipalityFigure",
    "OnCallTime",
    "PlaceSheet",
    "Post",
    "PostCost",
    "PostHolder",
    "PostPayer",
    "PostVolume",
    "Responsibility",
    "SheetRecipient",
    "TopicResponsibility",
]
