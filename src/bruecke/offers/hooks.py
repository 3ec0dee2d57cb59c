"""What the catalogue hands to the registries: navigation, to-dos, settings, jobs, retention, erasers, search, words, demo."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.dashboard import cards
from bruecke.core.errors import WrongState
from bruecke.core.events import subscribe
from bruecke.core.figures import Dimension, FigureSource, figures
from bruecke.core.global_search import Command, GlobalSearch, commands, global_search
from bruecke.core.hand_over import hand_overs
from bruecke.core.jobs import JobRun, enqueue, handler
from bruecke.core.models import District, Job, WorkState
from bruecke.core.place_sheets import SheetSection, place_sheets
from bruecke.core.privacy import ProcessingActivity, SubjectExport, activities, subject_exports
from bruecke.core.registries import (
    AuditVerb,
    DemoStage,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    Panel,
    PersonalData,
    RetentionRule,
    SearchSource,
    Subject,
    TodoSource,
    audit_verbs,
    demo,
    erasers,
    import_kinds,
    navigation,
    not_personal,
    panels,
    personal_data,
    retention,
    search,
    todos,
)
from bruecke.core.scope import for_district
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.directory.actions import EntryArchived, EntryChanged
from bruecke.directory.models import Location, Organisation
from bruecke.offers import actions, queries, rules
from bruecke.offers.actions.forgetting import FEEDBACK_MONTHS, PROPOSAL_MONTHS
from bruecke.offers.demo import begin_year, end_year, live_a_day, load_offers
from bruecke.offers.importers import OFFERS
from bruecke.offers.queries import figures as inventory
from bruecke.offers.queries.cards import CARDS
from bruecke.offers.queries.hand_over import HAND_OVER
from bruecke.offers.queries.sheets import place_tables
from bruecke.offers.queries.subject import collect_subject, feedback_due, proposals_due
from bruecke.ui.urls import public_url
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.actions import TermsChanged

FEATURE = "offers"

global_search.register(GlobalSearch(key="offers", label=_("Angebote"), find=queries.find_offers, feature=FEATURE, order=30))
commands.register(
    Command(
        key="offers.create",
        label=_("Angebot eintragen"),
        route="offers:create",
        words="neu anlegen kurs",
        feature=FEATURE,
        may=rules.can_create,
        order=20,
    )
)

# --- navigation, to-dos, settings ------------------------------------------------------------------------------------------

navigation.register(
    NavigationEntry(
        key="offers.catalogue", label=_("Angebote"), route="offers_public:catalogue", door="public", feature=FEATURE, order=20
    )
)
navigation.register(
    NavigationEntry(
        key="offers.list",
        label=_("Angebote"),
        route="offers:list",
        icon="list",
        feature=FEATURE,
        count=queries.waiting_count,
        order=30,
    )
)


def _offers_here(request: Any, ags: str) -> tuple[object, str]:
    """From the page of a municipality to what is near it."""
    return _now("Angebote in der Nähe"), f"{public_url(request, 'offers_public:catalogue')}?ort={ags}&umkreis=10"


panels.register(Panel(key="offers", page="place", build=_offers_here, feature=FEATURE))
todos.register(TodoSource(key="offers", collect=queries.collect, feature=FEATURE, order=30))
for _key, _label, _default, _least, _most, _hint in (
    (queries.CONFIRM_EVERY_MONTHS, _("Angebote bestätigen lassen: alle … Monate"), 3, 1, 24, _("Eine Zahl von 1 bis 24.")),
    (queries.REMIND_AFTER_DAYS, _("Träger erinnern: Tage nach der ersten E-Mail"), 14, 3, 60, _("Eine Zahl von 3 bis 60.")),
    (queries.UNANSWERED_AFTER_DAYS, _("Träger anrufen: Tage nach der ersten E-Mail"), 30, 7, 90, _("Eine Zahl von 7 bis 90.")),
    (queries.FREE_PLACES_DAYS, _("Freie Plätze gelten als veraltet: nach … Tagen"), 30, 1, 365, _("Eine Zahl von 1 bis 365.")),
):
    setting_keys.register(
        SettingKey(key=_key, label=_label, default=_default, parse=whole_number(_least, _most), hint=_hint, order=60)
    )

for _card in CARDS:
    cards.register(_card)
hand_overs.register(HAND_OVER)
figures.register(
    FigureSource(
        key="angebote",
        label=_("Angebote"),
        dimensions=tuple(
            Dimension(key, label)
            for key, label in (
                (inventory.CATEGORY, _("Art der Hilfe")),
                (inventory.PLACE, _("Ort")),
                (inventory.GROUP, _("Zielgruppe")),
                (inventory.LANGUAGE, _("Sprache")),
            )
        ),
        scopes=inventory.scopes,
        collect=inventory.inventory_table,
        word=inventory.word,
        records=inventory.inventory_records,
        is_stock=True,
        feature=FEATURE,
        order=50,
    )
)
place_sheets.register(SheetSection(key="offers", label=_("Angebote"), collect=place_tables, feature=FEATURE, order=10))

# --- jobs, retention, erasing, search ------------------------------------------------------------


@handler("offers.ask_providers", every=timedelta(hours=24), atomic=False)
def ask_providers(run: JobRun) -> None:
    """The daily round with providers in every district that keeps a catalogue."""
    districts = [district for district in District.objects.order_by("pk") if district.has_feature(FEATURE)]
    for done, district in enumerate(districts, start=1):
        with for_district(district):
            actions.ask_providers(district, run.now)
        run.progress(done, len(districts))


def _feedback_due(district: District, until: datetime) -> dict[int | None, int]:
    return feedback_due(until, FEEDBACK_MONTHS)


def _proposals_due(district: District, until: datetime) -> dict[int | None, int]:
    return proposals_due(until, PROPOSAL_MONTHS)


retention.register(
    RetentionRule(
        key="offers.feedback",
        label=_("Erledigte Hinweise zu Angeboten löschen"),
        apply=actions.forget_old_feedback,
        period=_("6 Monate nach dem Erledigen"),
        due=_feedback_due,
        order=60,
    )
)
retention.register(
    RetentionRule(
        key="offers.proposals",
        label=_("Entschiedene Änderungsvorschläge löschen"),
        apply=actions.forget_old_proposals,
        period=_("24 Monate nach der Entscheidung"),
        due=_proposals_due,
        order=61,
    )
)
activities.register(
    ProcessingActivity(
        key="offers",
        label=_("Angebote sammeln, prüfen und veröffentlichen"),
        covers=("offers", "core.SearchEntry"),
        recipients=_("die Öffentlichkeit; Träger für ihre eigenen Angebote"),
        is_of_district=True,
        order=40,
    )
)
subject_exports.register(SubjectExport(key="offers", collect=collect_subject, order=40))


def _erase(subject: Subject, now: datetime) -> int:
    if subject.kind == "organisation":
        return actions.forget_organisation(subject.uid, now)
    return actions.forget_editor(subject.uid) if subject.kind == "account" else 0


erasers.register(Eraser(key="offers", erase=_erase, order=350))


def _rebuild(district: District, now: datetime) -> int:
    return actions.reindex(district=district)


import_kinds.register(OFFERS)
search.register(SearchSource(key="offers", kind=queries.SEARCH_KIND, rebuild=_rebuild, expected=queries.indexed_uids))


@handler("offers.reindex", atomic=False)
def reindex_district(run: JobRun) -> None:
    """After a district changed its words: everything is found by the new ones."""
    if run.job.district is not None:
        vocabulary.forget_terms()  # this process may still believe in the old ones
        with for_district(run.job.district):
            actions.reindex(district=run.job.district)


@subscribe(TermsChanged)
def follow_words(event: TermsChanged) -> None:
    """One job for all changes until it begins."""
    waiting = Job.objects.filter(kind="offers.reindex", district_id=event.district_id, state=WorkState.WAITING)
    if not waiting.exists():
        enqueue(kind="offers.reindex", args={}, now=event.now, district=District.objects.get(pk=event.district_id))


# --- events of the directory ------------------------------------------------------------


@subscribe(EntryArchived)
def refuse_when_needed(event: EntryArchived) -> None:
    """Nobody archives a provider or a house of running offers. Raises: WrongState."""
    needed_by = queries.offers_needing(event.model, event.uid)
    if needed_by:
        titles = ", ".join(f"„{title}“" for title in needed_by[:3]) + (" …" if len(needed_by) > 3 else "")
        raise WrongState(_now("Das geht noch nicht: Laufende Angebote brauchen diesen Eintrag: %(offers)s") % {"offers": titles})


@subscribe(EntryChanged)
def follow_entry(event: EntryChanged) -> None:
    """A house moved or a provider has another name: what offers copied from it follows."""
    if event.model == Location._meta.model_name:
        location = Location.objects.filter(uid=event.uid).first()
        if location is not None:
            actions.refresh_places(location=location)
    elif event.model == Organisation._meta.model_name and {"name", "short_name"}.intersection(event.fields):
        provider = Organisation.objects.filter(uid=event.uid).first()
        if provider is not None:
            actions.refresh_places(provider_id=provider.pk)


@subscribe(EntryChanged)
def close_links(event: EntryChanged) -> None:
    """The provider has another mailbox: what was mailed to the old one opens nothing any more."""
    if event.model == Organisation._meta.model_name and "email" in event.fields:
        actions.asking.close_links(event.uid)


# --- personal data ------------------------------------------------------------

for _field, _purpose in {
    "title": _("Angebote auffindbar machen"),
    "description": _("Angebote beschreiben"),
    "contact_email": _("Träger erreichen"),
    "contact_phone": _("Träger erreichen"),
    "website": _("Träger erreichen"),
    "translations": _("Angebote in anderen Sprachen beschreiben"),
    "sort_key": _("Angebote sortieren"),
    "find_key": _("Doppelte Einträge erkennen"),
}.items():
    personal_data.register(
        PersonalData(
            key=f"offers.Offer.{_field}",
            subject=_("Träger, die nur aus einer Person bestehen"),
            purpose=_purpose,
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            retention=_("solange das Angebot im Verzeichnis steht"),
        )
    )
personal_data.register(
    PersonalData(
        key="offers.ChangeProposal.note",
        subject=_("Ansprechpersonen der Träger"),
        purpose=_("Nachricht zu einem Änderungsvorschlag"),
        legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
        retention=_("24 Monate nach der Entscheidung"),
    )
)
personal_data.register(
    PersonalData(
        key="offers.OfferFeedback.text",
        subject=_("Leserinnen und Leser des Verzeichnisses, falls sie etwas über sich schreiben"),
        purpose=_("Fehler im Verzeichnis beheben"),
        legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
        retention=_("sechs Monate nach der Erledigung"),
    )
)
for _field in ("before", "after"):
    personal_data.register(
        PersonalData(
            key=f"offers.ProposedField.{_field}",
            subject=_("Träger, die nur aus einer Person bestehen"),
            purpose=_("Änderungen vergleichen, bevor sie übernommen werden"),
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            retention=_("24 Monate nach der Entscheidung"),
        )
    )
for _field, _reason in {
    "Offer.terms": "keys of the vocabulary",
    "Offer.areas": "keys of municipalities",
    "Offer.locations": "uids of locations",
    "Offer.schedules": "rules, days, times, uids of locations, notes such as a room",
    "Offer.schedule_note": "when an offer takes place",
    "Offer.cost_note": "what an offer costs",
    "Offer.registration_note": "how to register for an offer",
    "Offer.status_requirement": "a condition of an offer, nobody's status",
    "Offer.documents": "what to bring along",
    "Offer.external_source": "key of an import",
    "Offer.external_key": "key of a row in another list",
    "OfferFacet.key": "key of the vocabulary",
    "OfferFeedback.language": "language code of a page",
    "ProposedField.field": "name of a column",
}.items():
    not_personal.register(NotPersonal(key=f"offers.{_field}", reason=_reason))

# --- words of the audit log, demo ------------------------------------------------------------

for _verb, _words in {
    "created": _("Angebot angelegt"),
    "changed": _("Angebot geändert"),
    "published": _("Angebot veröffentlicht"),
    "unpublished": _("Angebot wieder Entwurf"),
    "paused": _("Angebot ruht"),
    "resumed": _("Angebot läuft wieder"),
    "archived": _("Angebot archiviert"),
    "restored": _("Angebot zurückgeholt"),
    "confirmed": _("Angebot bestätigt"),
    "undone": _("Änderung an einem Angebot zurückgenommen"),
    "change_proposed": _("Träger schlägt Änderungen vor"),
    "proposal_withdrawn": _("Träger nimmt Vorschlag zurück"),
    "proposal_decided": _("Über einen Vorschlag entschieden"),
    "feedback_given": _("Hinweis auf einen Fehler eingegangen"),
    "feedback_settled": _("Hinweis erledigt"),
    "feedback_reopened": _("Hinweis wieder offen"),
    "marked_distinct": _("Zwei Angebote als verschieden gekennzeichnet"),
    "provider_asked": _("Träger um Bestätigung gebeten"),
    "provider_reminded": _("Träger erinnert"),
    "provider_silent": _("Träger hat nicht geantwortet"),
    "list_exported": _("Liste der Angebote ausgegeben"),
}.items():
    audit_verbs.register(AuditVerb(key=f"offer.{_verb}", label=_words))

demo.register(DemoStep(key="offers", load=load_offers, order=35))
demo.register(DemoStep(key="offers.year", load=begin_year, day=live_a_day, stages=frozenset({DemoStage.YEAR}), order=36))
demo.register(DemoStep(key="offers.end", load=end_year, stages=frozenset({DemoStage.YEAR}), is_closing=True, order=37))
