"""What the tally hands to the registries: navigation, the open hours of today, words of the audit log."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import AuditVerb, DemoStep, NavigationEntry, TodoSource, audit_verbs, demo, navigation, todos
from bruecke.enquiries import rules
from bruecke.enquiries.demo import load_tally
from bruecke.enquiries.queries.desk import tally

FEATURE = "enquiries"

navigation.register(
    NavigationEntry(
        key="enquiries.tally",
        label=_("Strichliste"),
        route="enquiries:tally",
        icon="tally",
        feature=FEATURE,
        roles=rules.WORKING_ROLES,
        order=28,
    )
)
demo.register(DemoStep(key="enquiries.tally", load=load_tally, is_closing=True, order=56))
todos.register(TodoSource(key="enquiries.tally", collect=tally.collect_hours, feature=FEATURE, order=28))
for _verb, _words in {"tallied": _("Strich gemacht"), "tally_undone": _("Strich zurückgenommen")}.items():
    audit_verbs.register(AuditVerb(key=f"enquiry.{_verb}", label=_words))
