"""Tables of the house itself: districts and their settings, audit, mail and jobs, files, links and keys."""

from bruecke.core.models.audit import AuditChain, AuditEntry
from bruecke.core.models.desk import Chart, FirstView, SavedView
from bruecke.core.models.district import District, DistrictSetting
from bruecke.core.models.imports import ImportBatch, ImportMapping, ImportState, RowDecision, StagedRow
from bruecke.core.models.keys import Draft, FormKey, MailedLink, RateCounter
from bruecke.core.models.search import SearchEntry
from bruecke.core.models.storage import StoredFile
from bruecke.core.models.work import Job, OutboxMail, WorkState

__all__ = [
    "AuditChain",
    "AuditEntry",
    "Chart",
    "District",
    "DistrictSetting",
    "Draft",
    "FirstView",
    "FormKey",
    "ImportBatch",
    "ImportMapping",
    "ImportState",
    "Job",
    "MailedLink",
    "OutboxMail",
    "RateCounter",
    "RowDecision",
    "SavedView",
    "SearchEntry",
    "StagedRow",
    "StoredFile",
    "WorkState",
]
