"""Posts in depth: dated caps, to-dos of contracts that end, tables that can be taken over, figures, words of the log."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bruecke.core.clock import local_day, start_of
from bruecke.core.figures import Dimension, FigureSource, figures
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Todo,
    TodoSource,
    Urgency,
    audit_verbs,
    demo,
    import_kinds,
    todos,
)
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.core.viewer import Viewer
from bruecke.staffing import queries
from bruecke.staffing.demo.depth import load_depth
from bruecke.staffing.importers import CENSUS, FIGURES
from bruecke.staffing.queries import caps as ending
from bruecke.staffing.queries import figures as volumes
from bruecke.staffing.rules import caps

FEATURE = "staffing"
# Sächsische Kommunalpauschalenverordnung, Teil 2 II Nr. 1a and 1b, as districts quoted it in 2024: up to ten coordinators of
# municipalities a Landkreis and one Koordinationskraft beside them; up to 90 % Anteilsfinanzierung.
for _key, _label, _default, _most, _hint in (
    (
        caps.MAX_COORDINATORS,
        _("Höchstens geförderte Stellen der Integrationskoordination"),
        10,
        99,
        _("Eine Zahl von 0 bis 99. Sachsen: bis zu 10 je Landkreis (Teil 2 II Nr. 1a, Stand 2024)."),
    ),
    (
        caps.MAX_LEADING,
        _("Höchstens geförderte Stellen „Koordinationskraft Integration“"),
        1,
        9,
        _("Eine Zahl von 0 bis 9. Sachsen: eine je Landkreis (Teil 2 II Nr. 1b, Stand 2024)."),
    ),
    (
        caps.FUNDED_PERCENT,
        _("Höchster Anteil des Landes an den Kosten einer Stelle, in Prozent"),
        90,
        100,
        _("Eine Zahl von 0 bis 100. Sachsen: bis zu 90 % (Anteilsfinanzierung, Stand 2024)."),
    ),
):
    setting_keys.register(SettingKey(key=_key, label=_label, default=_default, parse=whole_number(0, _most), hint=_hint, order=80))


def collect_ending(viewer: Viewer, now: datetime) -> Iterable[Todo]:
    """Posts whose contract ends: each within 30 days, those within 90 days as one line. For who can go on with them."""
    if not viewer.leads_district:
        return
    today = local_day(now)
    later = []
    for post in queries.ending_posts(today):
        if post.valid_until is None or post.valid_until > today + ending.SOON:
            later.append(post)
            continue
        yield Todo(
            urgency=Urgency.TODAY,
            due_at=start_of(post.valid_until),
            title=_now("Stelle %(post)s endet am %(day)s") % {"post": post.short_label, "day": f"{post.last_day:%d.%m.%Y}"},
            kind=_("Stellen"),
            verb=_("Weiterführen oder übergeben"),
            route="staffing:post",
            route_kwargs={"uid": post.uid},
            anchor="ende",
        )
    if later:
        title = ngettext("%(count)s Stelle endet in 90 Tagen", "%(count)s Stellen enden in 90 Tagen", len(later))
        yield Todo(
            urgency=Urgency.WEEK,
            due_at=start_of(later[0].valid_until) if later[0].valid_until else None,
            title=title % {"count": len(later)},
            kind=_("Stellen"),
            verb=_("Ansehen"),
            route="staffing:overview",
            place=", ".join(post.short_label for post in later[:3]) + (" …" if len(later) > 3 else ""),
        )


todos.register(TodoSource(key="staffing.ending", collect=collect_ending, feature=FEATURE, order=42))
import_kinds.register(FIGURES)
import_kinds.register(CENSUS)
figures.register(
    FigureSource(
        key="stellen",
        label=_("Stellen (VzÄ)"),
        dimensions=(
            Dimension(volumes.EMPLOYER, _("Anstellungsträger")),
            Dimension(volumes.KIND, _("Art der Stelle")),
            Dimension(volumes.PLACE, _("Gemeinde")),
            Dimension(volumes.MONTH, _("Monat")),
        ),
        scopes=volumes.scopes,
        collect=volumes.volume_table,
        word=volumes.word,
        feature=FEATURE,
        order=60,
    )
)
for _verb, _words in (
    ("plan_put_in_force", _("Planspiel übernommen")),
    ("holder_edited", _("Angaben zur Besetzung geändert")),
    ("payer_added", _("Kostenträger eingetragen")),
    ("payer_changed", _("Kostenträger geändert")),
    ("payer_removed", _("Kostenträger entfernt")),
    ("cost_added", _("Kosten einer Stelle eingetragen")),
    ("cost_changed", _("Kosten einer Stelle geändert")),
    ("cost_removed", _("Kosten einer Stelle entfernt")),
    ("figures_entered", _("Kennzahlen von Gemeinden eingetragen")),
):
    audit_verbs.register(AuditVerb(key=f"staffing.{_verb}", label=_words))
demo.register(DemoStep(key="staffing.depth", load=load_depth, is_closing=True, order=60))
