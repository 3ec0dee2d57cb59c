"""What `reporting` hands to the registries: its place in the navigation."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import AuditVerb, NavigationEntry, audit_verbs, navigation

navigation.register(
    NavigationEntry(
        key="reporting.figures",
        label=_("Zahlen"),
        route="reporting:figures",
        group="district",
        icon="bars",
        feature="figures",
        order=150,
    )
)
audit_verbs.register(AuditVerb(key="reporting.figures_exported", label=_("Zahlen heruntergeladen")))
