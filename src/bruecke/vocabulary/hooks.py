"""What `vocabulary` hands to the registries: the page of a district's own words, words of the log, its step of the demo."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import AuditVerb, DemoContext, DemoStage, DemoStep, NavigationEntry, audit_verbs, demo, navigation
from bruecke.vocabulary.importers import load_shipped_vocabulary
from bruecke.vocabulary.rules import EDITORS

navigation.register(
    NavigationEntry(
        key="vocabulary.terms",
        label=_("Begriffe"),
        route="vocabulary:terms",
        group="administration",
        icon="book",
        roles=EDITORS,
        order=925,
    )
)

for _verb, _words in {
    "term_added": _("Eigenen Begriff angelegt"),
    "term_changed": _("Wörter eines Begriffs geändert"),
    "term_hidden": _("Begriff wird nicht mehr angeboten"),
    "term_shown": _("Begriff wird wieder angeboten"),
    "term_reset": _("Gemeinsame Wörter eines Begriffs gelten wieder"),
}.items():
    audit_verbs.register(AuditVerb(key=f"vocabulary.{_verb}", label=_words))


def load_vocabulary(context: DemoContext) -> None:
    """Topics and languages as shipped."""
    load_shipped_vocabulary(context.now)


demo.register(DemoStep(key="vocabulary", load=load_vocabulary, stages=frozenset(DemoStage), order=6))
