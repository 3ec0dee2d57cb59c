"""Requests of persons concerned: list, one of them with its next step, finding what it is about, collecting, erasing, answering."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.core.errors import NotAllowed
from bruecke.core.files import file_response
from bruecke.core.privacy import subject_kinds
from bruecke.privacy import rules
from bruecke.privacy.actions import collecting, erasing
from bruecke.privacy.actions import requests as actions
from bruecke.privacy.forms import EndForm, FindForm, ReasonForm, RequestForm
from bruecke.privacy.models import RequestSubject, SubjectRequest
from bruecke.privacy.queries import requests as queries
from bruecke.privacy.states import IdentityCheck, RequestKind, RequestState
from bruecke.privacy.views.shared import ForOfficer, OfficerForm, OfficerStep
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskListView, DeskPage, Tab


class RequestList(ForOfficer, DeskListView):
    template_name = "privacy/requests.html"
    columns = (
        Column("number", gettext_lazy("Antrag")),
        Column("asker", gettext_lazy("Wer fragt")),
        Column("received", gettext_lazy("Eingegangen"), width="medium"),
        Column("due", gettext_lazy("Zu beantworten bis"), width="medium"),
        Column("state", gettext_lazy("Stand"), width="medium"),
    )

    def tabs(self) -> list[Tab]:
        return [Tab("offen", _("Offen")), Tab("alle", _("Alle"))]

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        return queries.requests(self.viewer, only_open=tab != "alle")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=self.crumbs_to(), today=local_day(self.now), **kwargs)


class CreateRequest(OfficerForm):
    form_class = RequestForm
    heading = gettext_lazy("Antrag aufnehmen")
    lead = gettext_lazy("Jemand fragt, welche Daten Sie haben, oder verlangt, dass sie gelöscht werden. Die Form ist frei.")
    submit = gettext_lazy("Antrag aufnehmen")

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        return self.crumbs_to((_("Anträge"), desk_url(self.request, "privacy:requests")))

    def get_initial(self) -> dict[str, Any]:
        first = {"kind": RequestKind.ACCESS.value, "identity": IdentityCheck.NONE.value, "received_on": local_day(self.now)}
        return {**super().get_initial(), **first}

    def form_valid(self, form: Any) -> Any:
        made = actions.receive_request(
            district=self.district, controller=self.controller, values=_values(form), viewer=self.viewer, now=self.now
        )
        return self.done(_("Der Antrag ist aufgenommen."), to=desk_url(self.request, "privacy:request", uid=made.uid))


def _values(form: Any) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in actions.FIELDS}


class OfRequest(ForOfficer):
    """Mixin: the request of the address, if it is the officer's; else 404."""

    @cached_property
    def of_request(self) -> SubjectRequest:
        found = queries.request_of(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @property
    def request_url(self) -> str:
        return desk_url(self.request, "privacy:request", uid=self.kwargs["uid"])

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        label = _("Antrag %(number)s") % {"number": self.of_request.number}
        return self.crumbs_to((_("Anträge"), desk_url(self.request, "privacy:requests")), (label, self.request_url))

    @cached_property
    def row(self) -> RequestSubject:
        found = RequestSubject.objects.filter(request=self.of_request, uid=self.kwargs["subject_uid"], erased_at=None).first()
        if found is None:
            raise Http404
        return found


class RequestDetail(OfRequest, DeskPage):
    """One request: what to do next, what it is about, what was collected."""

    template_name = "privacy/request.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.of_request
        subjects = [
            (row, subject_kinds[row.kind].label if row.kind in subject_kinds else row.kind) for row in queries.subjects_of(one)
        ]
        today = local_day(self.now)
        is_checked = one.identity != IdentityCheck.NONE
        open_subjects = [row for row, _label in subjects if row.erased_at is None]
        return super().get_context_data(
            one=one,
            subjects=subjects,
            collection=queries.collection_of(one),
            is_open=one.state == RequestState.OPEN,
            is_checked=is_checked,
            is_late=one.state == RequestState.OPEN and one.due_on < today,
            is_erasure=one.kind == RequestKind.ERASURE,
            may_collect=one.state == RequestState.OPEN and is_checked and bool(open_subjects),
            may_extend=rules.can_extend(state=one.state, received_on=one.received_on, extended_on=one.extended_on, today=today),
            crumbs=self.crumbs[:-1],
            **kwargs,
        )


class _RequestForm(OfRequest, OfficerForm):
    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "version": self.of_request.version}

    @property
    def step(self) -> dict[str, Any]:
        return {"request": self.of_request, "viewer": self.viewer, "now": self.now}


class ChangeRequest(_RequestForm):
    form_class = RequestForm
    heading = gettext_lazy("Antrag ändern")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **{name: getattr(self.of_request, name) for name in actions.FIELDS}}

    def current_values(self) -> dict[str, Any]:
        fresh = SubjectRequest.objects.get(pk=self.of_request.pk)
        return {name: getattr(fresh, name) for name in (*actions.FIELDS, "version")}

    def form_valid(self, form: Any) -> Any:
        actions.change_request(values=_values(form), version=form.cleaned_data["version"], **self.step)
        return self.done(_("Die Änderungen sind gespeichert."))


class ExtendRequest(_RequestForm):
    form_class = ReasonForm
    heading = gettext_lazy("Frist verlängern")
    lead = gettext_lazy("Um zwei Monate, wenn es viele oder schwierige Anträge sind (Art. 12 Abs. 3 DSGVO).")
    submit = gettext_lazy("Frist verlängern")

    def form_valid(self, form: Any) -> Any:
        actions.extend_request(reason=form.cleaned_data["reason"], version=form.cleaned_data["version"], **self.step)
        return self.done(_("Die Frist ist verlängert. Bitte teilen Sie das der Person mit."))


class EndRequest(_RequestForm):
    form_class = EndForm
    heading = gettext_lazy("Antrag abschließen")
    submit = gettext_lazy("Antrag abschließen")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "state": RequestState.ANSWERED.value}

    def form_valid(self, form: Any) -> Any:
        data = form.cleaned_data
        actions.end_request(state=RequestState(data["state"]), note=data["note"], version=data["version"], **self.step)
        return self.done(_("Der Antrag ist abgeschlossen."))


class FindSubject(_RequestForm):
    """Find a record by what the person named, then take it: two steps on one page, nothing of it in an address."""

    form_class = FindForm
    template_name = "privacy/find.html"
    heading = gettext_lazy("Wen oder was betrifft der Antrag?")
    submit = gettext_lazy("Suchen")

    def _key_purpose(self) -> str:
        return "privacy.find"

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "take" in request.POST:
            return self._take(request.POST["take"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> Any:
        data = form.cleaned_data
        found = queries.find_subjects(self.district, data["kind"], data["text"], self.controller.pk)
        return self.render_to_response(self.get_context_data(form=form, found=found, has_searched=True))

    def _take(self, wish: str) -> Any:
        kind, _sign, uid = wish.partition(":")
        found = queries.describe(kind, uid)
        if found is None:
            raise Http404
        try:
            actions.add_subject(found=found, **self.step)
        except NotAllowed as error:
            raise Http404 from error
        return self.done(_("Hinzugefügt."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("found", [])
        kwargs.setdefault("has_searched", False)
        return super().get_context_data(**kwargs)


class RemoveSubject(OfRequest, OfficerStep):
    def form_valid(self, form: Any) -> Any:
        actions.remove_subject(request=self.of_request, subject=self.row, viewer=self.viewer, now=self.now)
        return self.done(_("Entfernt."))


class Collect(OfRequest, OfficerStep):
    needs_recent_login = True

    def form_valid(self, form: Any) -> Any:
        collecting.start_collection(request=self.of_request, viewer=self.viewer, now=self.now)
        return self.done(_("Die Daten werden gesammelt. Das dauert meist weniger als eine Minute."))


class ResultFile(OfRequest, DeskPage):
    """What was collected, for the officer alone."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.of_request.result is None:
            raise Http404
        collecting.note_download(request=self.of_request, viewer=self.viewer, now=self.now)
        return file_response(self.of_request.result)


class EraseSubject(OfRequest, OfficerForm):
    """Says what goes and what stays, then erases."""

    form_class = HouseForm
    template_name = "privacy/erase.html"
    needs_recent_login = True
    heading = gettext_lazy("Endgültig löschen?")
    submit = gettext_lazy("Endgültig löschen")
    danger = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = subject_kinds[self.row.kind]
        return super().get_context_data(row=self.row, kind=kind, **kwargs)

    def form_valid(self, form: Any) -> Any:
        erasing.erase_on_request(request=self.of_request, row=self.row, viewer=self.viewer, now=self.now)
        return self.done(_("Die Daten sind gelöscht. Das Löschprotokoll hat einen Eintrag."))


class ReopenRequest(OfRequest, OfficerStep):
    def form_valid(self, form: Any) -> Any:
        actions.reopen_request(request=self.of_request, version=None, viewer=self.viewer, now=self.now)
        return self.done(_("Der Antrag ist wieder offen."))
