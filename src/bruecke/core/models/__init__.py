"""Tables of the house itself: districts and their settings, audit, mail and jobs, files, links and keys."""

from bruecke.core.models.audit import AuditEntry
from bruecke.core.models.district import District, DistrictSetting
from bruecke.core.models.keys import Draft, FormKey, MailedLink, RateCounter
from bruecke.core.models.storage import StoredFile
from bruecke.core.models.work import Job, OutboxMail, WorkState

__all__ = [
    "AuditEntry",
    "District",
    "DistrictSetting",
    "Draft",
    "FormKey",
    "Job",
    "MailedLink",
    "OutboxMail",
    "RateCounter",
    "StoredFile",
    "WorkState",
]
