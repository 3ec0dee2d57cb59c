"""Breaches: list, one of them with clock and checklist, its forms, the report for the supervisory authority."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core import audit, settings
from bruecke.core.clock import local_day
from bruecke.core.documents import docx_response
from bruecke.privacy import exports, rules
from bruecke.privacy.actions import breaches as actions
from bruecke.privacy.forms import BreachForm, JudgeForm, StepForm
from bruecke.privacy.models import STEP_LABELS, Breach
from bruecke.privacy.queries import breaches as queries
from bruecke.privacy.states import AUTHORITY, BreachState, BreachStepKind
from bruecke.privacy.views.shared import ForOfficer, OfficerForm, OfficerStep
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskListView, DeskPage, Tab

STEPS = {
    "behoerde": BreachStepKind.AUTHORITY_TOLD,
    "betroffene": BreachStepKind.PEOPLE_TOLD,
    "massnahme": BreachStepKind.MEASURE,
}
"""Steps with a form, by their word in the address."""


class BreachList(ForOfficer, DeskListView):
    template_name = "privacy/breaches.html"
    roles = rules.READERS
    columns = (
        Column("title", gettext_lazy("Datenpanne")),
        Column("noticed", gettext_lazy("Bekannt geworden"), width="medium"),
        Column("risk", gettext_lazy("Risiko"), width="medium"),
        Column("authority", gettext_lazy("Aufsichtsbehörde"), width="medium"),
    )

    def tabs(self) -> list[Tab]:
        return [Tab("offen", _("Offen")), Tab("alle", _("Alle"))]

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        return queries.breaches(self.viewer, only_open=tab != "alle")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(crumbs=self.crumbs_to(), **kwargs)
        context["rows"] = [(one, queries.clock_of(one, self.now)) for one in context["rows"]]
        return context


class _BreachForm(OfficerForm):
    roles = rules.READERS

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        return self.crumbs_to((_("Datenpannen"), desk_url(self.request, "privacy:breaches")))


class CreateBreach(_BreachForm):
    form_class = BreachForm
    heading = gettext_lazy("Datenpanne aufnehmen")
    lead = gettext_lazy("Schreiben Sie auf, was Sie jetzt wissen. Alles lässt sich später ergänzen.")
    submit = gettext_lazy("Datenpanne aufnehmen")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "noticed_at": self.now}

    def form_valid(self, form: Any) -> Any:
        made = actions.notice_breach(
            district=self.district,
            controller=self.controller,
            values={name: form.cleaned_data[name] for name in actions.DESCRIPTION},
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Die Datenpanne ist aufgenommen."), to=desk_url(self.request, "privacy:breach", uid=made.uid))


class OfBreach(ForOfficer):
    """Mixin: the breach of the address, if it is the viewer's to see; else 404."""

    roles = rules.READERS

    @cached_property
    def breach(self) -> Breach:
        found = queries.breach_of(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        here = desk_url(self.request, "privacy:breach", uid=self.kwargs["uid"])
        return self.crumbs_to((_("Datenpannen"), desk_url(self.request, "privacy:breaches")), (self.breach.title, here))


class BreachDetail(OfBreach, DeskPage):
    """One breach: the clock, the checklist, everything written down, who did what when."""

    template_name = "privacy/breach.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.breach
        duties = actions.duties(one)
        is_open = one.state == BreachState.OPEN
        return super().get_context_data(
            one=one,
            clock=queries.clock_of(one, self.now),
            items=queries.checklist(one, duties),
            duties=[queries.DUTIES[name] for name in duties],
            steps=[(step, STEP_LABELS[BreachStepKind(step.kind)]) for step in queries.steps_of(one)],
            facts=exports.breach_facts(one),
            is_open=is_open,
            may_close=is_open and not duties,
            must_tell_people=rules.must_tell_people(one.risk),
            authority=settings.get(self.district, AUTHORITY, local_day(self.now)),
            crumbs=self.crumbs[:-1],
            **kwargs,
        )


class _EditBreach(OfBreach, OfficerForm):
    roles = rules.READERS
    names: tuple[str, ...] = ()

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **{name: getattr(self.breach, name) for name in (*self.names, "version")}}

    def current_values(self) -> dict[str, Any]:
        fresh = Breach.objects.get(pk=self.breach.pk)
        return {name: getattr(fresh, name) for name in (*self.names, "version")}

    def given(self, form: Any) -> dict[str, Any]:
        return {
            "breach": self.breach,
            "values": {name: form.cleaned_data[name] for name in self.names},
            "version": form.cleaned_data["version"],
            "viewer": self.viewer,
            "now": self.now,
        }


class DescribeBreach(_EditBreach):
    form_class = BreachForm
    names = actions.DESCRIPTION
    heading = gettext_lazy("Was ist passiert")

    def form_valid(self, form: Any) -> Any:
        actions.describe_breach(**self.given(form))
        return self.done(_("Die Änderungen sind gespeichert."))


class JudgeBreach(_EditBreach):
    form_class = JudgeForm
    names = actions.JUDGEMENT
    heading = gettext_lazy("Risiko, Folgen und Maßnahmen")
    lead = gettext_lazy(
        "Wie wahrscheinlich und wie schwer sind Nachteile für die Betroffenen, zum Beispiel Diskriminierung oder Betrug?"
    )

    def form_valid(self, form: Any) -> Any:
        actions.judge_breach(**self.given(form))
        return self.done(_("Die Beurteilung ist gespeichert."))


class AddStep(OfBreach, OfficerForm):
    form_class = StepForm

    @cached_property
    def kind(self) -> BreachStepKind:
        if self.kwargs["step"] not in STEPS:
            raise Http404
        return STEPS[self.kwargs["step"]]

    @property
    def heading(self) -> object:  # type: ignore[override]
        return STEP_LABELS[self.kind]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "has_reference": self.kind is BreachStepKind.AUTHORITY_TOLD}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "at": self.now, "version": self.breach.version}

    def form_valid(self, form: Any) -> Any:
        data = form.cleaned_data
        actions.add_step(
            breach=self.breach,
            kind=self.kind,
            at=data["at"],
            text=data["text"],
            reference=data.get("reference", ""),
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Der Schritt ist festgehalten."))


class CloseBreach(OfBreach, OfficerStep):
    def form_valid(self, form: Any) -> Any:
        actions.close_breach(breach=self.breach, version=None, viewer=self.viewer, now=self.now)
        return self.done(_("Die Datenpanne ist abgeschlossen."))


class ReopenBreach(OfBreach, OfficerStep):
    def form_valid(self, form: Any) -> Any:
        actions.reopen_breach(breach=self.breach, version=None, viewer=self.viewer, now=self.now)
        return self.done(_("Die Datenpanne ist wieder offen."))


class BreachFile(OfBreach, DeskPage):
    """The report for the supervisory authority, as a Word document."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        authority = settings.get(self.district, AUTHORITY, local_day(self.now))
        audit.record(verb="privacy.breach_exported", target=self.breach, viewer=self.viewer, now=self.now)
        paper = exports.breach_paper(self.breach, queries.steps_of(self.breach), str(authority), self.now)
        return docx_response(paper, name=f"datenpanne-{self.breach.number}", now=self.now)
