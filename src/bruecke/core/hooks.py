"""What core hands to its own registries: imports of tables with their jobs, retention, eraser, classified fields, verbs."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.files import forget_orphans
from bruecke.core.imports import work
from bruecke.core.imports.forgetting import forget_imports, forget_subject
from bruecke.core.registries import (
    AuditVerb,
    Eraser,
    NotPersonal,
    PersonalData,
    RetentionRule,
    audit_verbs,
    erasers,
    not_personal,
    personal_data,
    retention,
)
from bruecke.core.search import upkeep as search_upkeep

__all__ = ["search_upkeep", "work"]  # importing them registers the handlers of their jobs

retention.register(RetentionRule(key="core.orphans", label=_("Dateien ohne Eintrag"), apply=forget_orphans))
retention.register(RetentionRule(key="core.imports", label=_("Hochgeladene Tabellen"), apply=forget_imports))
erasers.register(Eraser(key="core.imports", erase=forget_subject, order=890))
erasers.register(Eraser(key="core.search", erase=search_upkeep.erase_from_search, order=895))

for _field in (
    *("ImportBatch.source", "ImportBatch.errors", "ImportBatch.warnings", "ImportBatch.file_name"),
    *("StagedRow.title", "StagedRow.key", "StagedRow.cells", "StagedRow.values", "StagedRow.problems"),
):
    personal_data.register(
        PersonalData(
            key=f"core.{_field}",
            subject=_("Ansprechpersonen in hochgeladenen Tabellen"),
            purpose=_("Angaben aus Tabellen übernehmen"),
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            retention=_("übernommene Zeilen bis zum Ende der Übernahme, übrige 30 Tage danach"),
        )
    )
for _field in ("words", "tokens"):
    personal_data.register(
        PersonalData(
            key=f"core.SearchEntry.{_field}",
            subject=_("Personen, die in Angeboten genannt werden"),
            purpose=_("Suche nach Angeboten"),
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            retention=_("so lange wie das Angebot selbst"),
        )
    )
for _field, _reason in (
    ("SearchEntry.kind", "key of a kind of thing"),
    ("SearchEntry.about_uid", "opaque id"),
    ("ImportBatch.kind", "key of a kind of table"),
    ("ImportBatch.sha256", "fingerprint of a file"),
    ("ImportBatch.sheet_name", "name of a sheet"),
    ("ImportBatch.header", "words over columns"),
    ("ImportBatch.mapping", "keys of fields and numbers of columns"),
    ("ImportBatch.counts", "figures"),
    ("ImportBatch.failure", "fixed sentence"),
    ("StagedRow.about_uid", "opaque id"),
    ("ImportMapping.kind", "key of a kind of table"),
    ("ImportMapping.header_hash", "fingerprint of words over columns"),
    ("ImportMapping.mapping", "keys of fields and numbers of columns"),
):
    not_personal.register(NotPersonal(key=f"core.{_field}", reason=_reason))
for _verb, _label in (
    ("core.import_uploaded", _("Tabelle hochgeladen")),
    ("core.import_mapped", _("Spalten einer Tabelle zugeordnet")),
    ("core.import_started", _("Übernahme einer Tabelle begonnen")),
    ("core.import_resumed", _("Übernahme einer Tabelle fortgesetzt")),
    ("core.import_done", _("Tabelle übernommen")),
    ("core.import_discarded", _("Tabelle verworfen")),
):
    audit_verbs.register(AuditVerb(key=_verb, label=_label))
