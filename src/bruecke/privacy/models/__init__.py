"""Tables of data protection."""

from bruecke.privacy.models.breaches import BREACH_STATE_LABELS, RISK_LABELS, STEP_LABELS, Breach, BreachStep
from bruecke.privacy.models.record import ADDITION_LABELS, ERASURE_LABELS, ErasureEntry, RecordAddition, RecordRelease
from bruecke.privacy.models.requests import (
    IDENTITY_LABELS,
    REQUEST_LABELS,
    REQUEST_STATE_LABELS,
    WAY_LABELS,
    RequestSubject,
    SubjectRequest,
)

__all__ = [
    "ADDITION_LABELS",
    "BREACH_STATE_LABELS",
    "ERASURE_LABELS",
    "IDENTITY_LABELS",
    "REQUEST_LABELS",
    "REQUEST_STATE_LABELS",
    "RISK_LABELS",
    "STEP_LABELS",
    "WAY_LABELS",
    "Breach",
    "BreachStep",
    "ErasureEntry",
    "RecordAddition",
    "RecordRelease",
    "RequestSubject",
    "SubjectRequest",
]
