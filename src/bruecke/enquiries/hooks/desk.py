"""What the desk gets: settings, navigation, to-dos, retention rules, words of the audit log."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.global_search import Command, GlobalSearch, commands, global_search
from bruecke.core.registries import (
    AuditVerb,
    NavigationEntry,
    RetentionRule,
    TodoSource,
    audit_verbs,
    navigation,
    retention,
    todos,
)
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.hooks import privacy

FEATURE = "enquiries"

for _key, _label, _default, _least, _most, _hint in (
    (actions.ANSWER_WITHIN, _("Antwort auf Fragen: Ziel in Werktagen"), 3, 1, 30, _("Eine Zahl von 1 bis 30.")),
    (actions.RETENTION_MONTHS, _("Fragen löschen: Monate nach dem Abschluss"), 3, 1, 36, _("Eine Zahl von 1 bis 36.")),
    (
        actions.CLOSE_AFTER_DAYS,
        _("Beantwortete Fragen abschließen: Tage ohne Nachricht"),
        60,
        7,
        365,
        _("Eine Zahl von 7 bis 365."),
    ),
    (queries.MAX_AN_ADDRESS, _("Fragen je Anschluss und Stunde"), 20, 1, 100_000, _("Eine Zahl ab 1.")),
    (queries.MAX_A_DISTRICT, _("Fragen im Landkreis je Stunde"), 500, 10, 100_000, _("Eine Zahl ab 10.")),
):
    setting_keys.register(
        SettingKey(key=_key, label=_label, default=_default, parse=whole_number(_least, _most), hint=_hint, order=50)
    )

navigation.register(
    NavigationEntry(
        key="enquiries.inbox",
        label=_("Fragen"),
        route="enquiries:inbox",
        icon="chat",
        feature=FEATURE,
        roles=rules.WORKING_ROLES,
        count=queries.open_count,
        on_phone=True,
        order=20,
    )
)
navigation.register(
    NavigationEntry(
        key="enquiries.capture",
        label=_("Frage erfassen"),
        phone_label=_("Erfassen"),
        route="enquiries:capture",
        group="phone",
        icon="plus",
        feature=FEATURE,
        roles=rules.WORKING_ROLES,
        on_phone=True,
        order=25,
    )
)
global_search.register(
    GlobalSearch(
        key="enquiries", label=_("Fragen"), find=queries.find_enquiries, feature=FEATURE, roles=rules.WORKING_ROLES, order=20
    )
)
commands.register(
    Command(
        key="enquiries.capture",
        label=_("Frage erfassen"),
        route="enquiries:capture",
        words="neu eintragen anruf telefon gespraech",
        feature=FEATURE,
        roles=rules.WORKING_ROLES,
        order=10,
    )
)
todos.register(TodoSource(key="enquiries", collect=queries.collect, feature=FEATURE, order=20))
retention.register(
    RetentionRule(
        key="enquiries.close_silent",
        label=_("Fragen ohne Rückmeldung abschließen"),
        apply=actions.close_silent,
        period=privacy.silence_period,
        in_steps=True,
        order=10,
    )
)
retention.register(
    RetentionRule(
        key="enquiries.erase",
        label=_("Abgeschlossene Fragen löschen"),
        apply=actions.apply_retention,
        period=privacy.retention_period,
        due=privacy.due_for_erasure,
        in_steps=True,
        order=20,
    )
)
for _verb, _words in {
    "received": _("Frage eingegangen"),
    "captured": _("Frage erfasst"),
    "capture_undone": _("Erfasste Frage zurückgenommen"),
    "opened": _("Frage zuerst gelesen"),
    "read": _("Frage aufrufen wollen"),
    "taken_over": _("Frage übernommen"),
    "assigned": _("Frage zugewiesen"),
    "released": _("Frage in den gemeinsamen Eingang gelegt"),
    "answered": _("Frage beantwortet"),
    "noted": _("Interne Notiz geschrieben"),
    "renamed": _("Kurztitel geändert"),
    "followed_up": _("Rückfrage eingegangen"),
    "closed": _("Frage abgeschlossen"),
    "reopened": _("Frage wieder geöffnet"),
    "undone": _("Schritt an einer Frage zurückgenommen"),
    "own_data": _("Eigene Daten mit dem Code heruntergeladen"),
    "consent_withdrawn": _("Einwilligung zurückgenommen"),
    "list_exported": _("Liste der Fragen heruntergeladen"),
}.items():
    audit_verbs.register(AuditVerb(key=f"enquiry.{_verb}", label=_words))
if "core.enquiry_erased" not in audit_verbs:
    audit_verbs.register(AuditVerb(key="core.enquiry_erased", label=_("Frage gelöscht")))
