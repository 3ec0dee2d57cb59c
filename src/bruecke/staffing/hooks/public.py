"""Public places of staffing in the band."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import NavigationEntry, navigation

FEATURE = "staffing"

navigation.register(
    NavigationEntry(
        key="staffing.find", label=_("Hilfe finden"), route="staffing_public:find", door="public", feature=FEATURE, order=20
    )
)
navigation.register(
    NavigationEntry(
        key="staffing.hours",
        label=_("Sprechstunden"),
        route="staffing_public:hours",
        door="public",
        feature="consultation_hours",
        order=40,
    )
)
