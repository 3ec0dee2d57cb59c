"""What `staffing` gives to the search over everything."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.global_search import Command, GlobalSearch, commands, global_search
from bruecke.staffing import queries, rules

FEATURE = "staffing"

global_search.register(
    GlobalSearch(
        key="staffing.municipalities", label=_("Wer ist zuständig?"), find=queries.find_municipalities, feature=FEATURE, order=10
    )
)
global_search.register(
    GlobalSearch(
        key="staffing.posts",
        label=_("Stellen"),
        find=queries.find_posts,
        feature=FEATURE,
        roles=frozenset({*rules.SEES_ALL, *rules.SEES_SOME}),
        order=15,
    )
)
commands.register(
    Command(
        key="staffing.absences",
        label=_("Abwesenheiten"),
        route="staffing:absences",
        words="urlaub krank vertretung",
        feature=FEATURE,
        roles=frozenset(rules.SEES_ALL),
        order=40,
    )
)
commands.register(
    Command(
        key="staffing.post-create",
        label=_("Stelle anlegen"),
        route="staffing:post-create",
        words="neu",
        feature=FEATURE,
        may=rules.can_manage_posts,
        order=50,
    )
)
