"""What `web` hands to the registries: its own navigation, the first step of the demo, and the housekeeping of the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from bruecke.core import drafts, form_keys, leases, links, ratelimit
from bruecke.core.global_search import GlobalSearch, global_search
from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import District, Job, OutboxMail
from bruecke.core.registries import DemoStage, DemoStep, NavigationEntry, demo, navigation
from bruecke.core.retention import apply_rules
from bruecke.core.scope import for_district
from bruecke.web import queries
from bruecke.web.demo import load_districts

navigation.register(
    NavigationEntry(key="web.today", label=_("Heute"), route="web:today", icon="home", group="daily", on_phone=True, order=10)
)
navigation.register(NavigationEntry(key=queries.SEARCH, label=_("Suche"), route="web:search", icon="search", order=15))
global_search.register(GlobalSearch(key="web.pages", label=_("Seiten"), find=queries.find_pages, order=5))
for _order, (_route, _label) in enumerate(
    (
        ("imprint", _("Impressum")),
        ("privacy", _("Datenschutz")),
        ("accessibility", _("Barrierefreiheit")),
        ("sources", _("Datenquellen")),
    ),
    start=1,
):
    navigation.register(
        NavigationEntry(key=f"web.{_route}", label=_label, route=f"web_public:{_route}", door="public", group="legal", order=_order)
    )
demo.register(DemoStep(key="districts", load=load_districts, stages=frozenset(DemoStage), order=10))


@handler("core.forget_old", every=timedelta(hours=6))
def forget_old(run: JobRun) -> None:
    """Drop form keys, drafts, counters, links, sent mails and done jobs that are past their time."""
    form_keys.forget_old(run.now)
    drafts.forget_old(run.now)
    ratelimit.forget_old(run.now)
    links.forget_old(run.now)
    for model in (OutboxMail, Job):
        leases.forget_done(model, now=run.now)


@handler("core.apply_retention", every=timedelta(hours=24), atomic=False)
def apply_retention(run: JobRun) -> None:
    """Apply every retention rule in every district."""
    districts = list(District.objects.all())
    for done, district in enumerate(districts, start=1):
        with for_district(district):
            apply_rules(district, run.now)
        run.progress(done, len(districts))
