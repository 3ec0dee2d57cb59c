"""What core hands to its own registries: imports of tables with their jobs, retention, eraser, classified fields, verbs."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.charts import forget_charts
from bruecke.core.files import forget_orphans
from bruecke.core.imports import work
from bruecke.core.imports.forgetting import forget_imports, forget_subject
from bruecke.core.privacy import ProcessingActivity, SubjectExport, activities, subject_exports
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
from bruecke.core.saved_views import forget_removed_views
from bruecke.core.sealing import anchors, forget_entries, months_of, sealer
from bruecke.core.search import upkeep as search_upkeep
from bruecke.core.traces import collect_house

__all__ = ["anchors", "sealer", "search_upkeep", "work"]  # importing them registers the handlers of their jobs

retention.register(
    RetentionRule(
        key="core.orphans",
        label=_("Dateien ohne Eintrag"),
        apply=forget_orphans,
        period=_("1 Tag nach dem Hochladen"),
        in_steps=True,  # files are not taken back with a transaction
    )
)
retention.register(
    RetentionRule(
        key="core.imports",
        label=_("Hochgeladene Tabellen"),
        apply=forget_imports,
        period=_("30 Tage nach dem letzten Schritt"),
    )
)
activities.register(
    ProcessingActivity(
        key="imports",
        label=_("Tabellen übernehmen"),
        covers=("core.ImportBatch", "core.StagedRow"),
        recipients=_("wer die Tabelle übernimmt"),
        order=70,
    )
)
subject_exports.register(SubjectExport(key="core", collect=collect_house, order=90))
retention.register(
    RetentionRule(
        key="core.audit",
        label=_("Protokoll"),
        apply=forget_entries,
        period=lambda district, day: _("%(months)s Monate nach dem Eintrag") % {"months": months_of(district, day)},
        in_steps=True,
        order=900,
    )
)
retention.register(
    RetentionRule(
        key="core.charts",
        label=_("Diagramme, die niemand mehr ansieht"),
        apply=forget_charts,
        period=_("7 Tage nach dem letzten Ansehen"),
    )
)
retention.register(
    RetentionRule(
        key="core.views",
        label=_("Gelöschte Ansichten von Listen"),
        apply=forget_removed_views,
        period=_("1 Tag nach dem Löschen"),
    )
)
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
for _field in ("SavedView.name", "SavedView.query"):
    personal_data.register(
        PersonalData(
            key=f"core.{_field}",
            subject=_("Mitarbeitende mit Zugang"),
            purpose=_("Ansichten von Listen wiederfinden"),
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            retention=_("bis die Person sie löscht oder ihr Zugang gelöscht wird"),
        )
    )
for _field, _reason in (
    ("Chart.key", "fingerprint of figures"),
    ("Chart.spec", "figures as their page shows them, small ones hidden"),
    ("Chart.wide", "drawn figures"),
    ("Chart.narrow", "drawn figures"),
    ("Chart.sheet", "drawn figures"),
    ("SavedView.page", "name of a route"),
    ("FirstView.page", "name of a route"),
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
    ("core.view_saved", _("Ansicht einer Liste gespeichert")),
    ("core.view_changed", _("Ansicht einer Liste geändert")),
    ("core.view_removed", _("Ansicht einer Liste gelöscht")),
    ("core.view_restored", _("Ansicht einer Liste wiederhergestellt")),
):
    audit_verbs.register(AuditVerb(key=_verb, label=_label))
