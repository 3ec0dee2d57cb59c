"""Overview of data protection; the record of processing with additions, versions, files; the protocol of erasures; own data."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core import audit, settings
from bruecke.core.clock import local_day
from bruecke.core.documents import docx_response
from bruecke.core.privacy import subject_exports
from bruecke.core.registries import Subject
from bruecke.core.sheets import sheet_response
from bruecke.privacy import exports, rules
from bruecke.privacy.actions import record as actions
from bruecke.privacy.forms import AdditionForm, ErasureFilter, ReleaseForm
from bruecke.privacy.models import RecordRelease
from bruecke.privacy.queries import archive, breaches, erasures, requests
from bruecke.privacy.queries import record as queries
from bruecke.privacy.queries.record import MEASURES, Record, Slot
from bruecke.privacy.states import AUTHORITY, AdditionKind
from bruecke.privacy.views.shared import ForOfficer, OfficerForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskListView, DeskPage


class Overview(ForOfficer, DeskPage):
    """Where everything of data protection begins: what waits, what will be erased, what is to be kept up."""

    template_name = "privacy/overview.html"
    roles = rules.READERS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_officer = rules.can_keep_record(self.viewer, controller_id=self.controller.pk)
        record = queries.record_of(self.district, self.controller, local_day(self.now))
        open_breaches = [(one, breaches.clock_of(one, self.now)) for one in breaches.breaches(self.viewer, only_open=True)]
        return super().get_context_data(
            is_officer=is_officer,
            missing=len(record.open_slots),
            open_breaches=open_breaches,
            open_requests=list(requests.requests(self.viewer, only_open=True)) if is_officer else [],
            due=erasures.due_soon(self.district, self.controller, self.now),
            versions=queries.releases(self.controller)[:1],
            authority=settings.get(self.district, AUTHORITY, local_day(self.now)),
            **kwargs,
        )


class _WithRecord(ForOfficer):
    roles = rules.READERS

    @cached_property
    def record(self) -> Record:
        return queries.record_of(self.district, self.controller, local_day(self.now))


class ProcessingRecord(_WithRecord, DeskPage):
    """The record as it stands today, made from the fields themselves."""

    template_name = "privacy/record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = queries.releases(self.controller)
        changed = 0
        if versions:
            latest = RecordRelease.objects.get(pk=versions[0].pk)
            changed = len(queries.differences(latest.content, queries.as_content(self.record)))
        address = desk_url(self.request, "privacy:record-file", fmt="docx")
        return super().get_context_data(
            record=self.record,
            measures=MEASURES,
            versions=versions,
            changed=changed,
            is_officer=rules.can_keep_record(self.viewer, controller_id=self.controller.pk),
            crumbs=self.crumbs_to(),
            files=[(_("Word"), address), (_("Excel"), desk_url(self.request, "privacy:record-file", fmt="xlsx"))],
            **kwargs,
        )


class RecordFile(_WithRecord, DeskPage):
    """The record as a file: "docx" to sign and file, "xlsx" to work with."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        day = local_day(self.now)
        name = f"verarbeitungsverzeichnis-{day:%Y-%m-%d}"
        audit.record(verb="privacy.record_exported", target=self.controller, viewer=self.viewer, now=self.now)
        if kwargs["fmt"] == "docx":
            return docx_response(exports.record_paper(self.record), name=name, now=self.now)
        if kwargs["fmt"] != "xlsx":
            raise Http404
        rows = exports.record_rows(self.record)
        return sheet_response("xlsx", name=name, title=_("Verzeichnis"), columns=exports.RECORD_COLUMNS, rows=rows)


class ReleasePage(_WithRecord, DeskPage):
    """What changed since a version was released."""

    template_name = "privacy/release.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        release = RecordRelease.objects.visible_to(self.viewer).filter(uid=self.kwargs["uid"]).select_related("released_by").first()
        if release is None:
            raise Http404
        return super().get_context_data(
            release=release,
            differences=queries.differences(release.content, queries.as_content(self.record)),
            crumbs=self.crumbs_to((_("Verzeichnis"), desk_url(self.request, "privacy:record"))),
            **kwargs,
        )


class Release(OfficerForm):
    """Keep a dated version."""

    form_class = ReleaseForm
    heading = gettext_lazy("Stand des Verzeichnisses freigeben")
    lead = gettext_lazy("Der heutige Stand wird mit Datum und Ihrem Namen festgehalten. Spätere Änderungen stehen dann daneben.")
    submit = gettext_lazy("Stand freigeben")

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        return self.crumbs_to((_("Verzeichnis"), desk_url(self.request, "privacy:record")))

    def form_valid(self, form: Any) -> Any:
        actions.release_record(
            district=self.district, controller=self.controller, note=form.cleaned_data["note"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Der Stand ist freigegeben."))


class Addition(_WithRecord, OfficerForm):
    """What only people know about one line of the record."""

    form_class = AdditionForm
    template_name = "privacy/addition.html"
    roles = rules.KEEPERS

    @cached_property
    def slot(self) -> Slot:
        activity = "" if self.kwargs["activity"] == "stelle" else self.kwargs["activity"]
        lines = {line.key: line.slots for line in self.record.lines} | {"": self.record.slots}
        found = next((slot for slot in lines.get(activity, ()) if slot.kind == self.kwargs["kind"]), None)
        if found is None:
            raise Http404
        return found

    @property
    def heading(self) -> object:  # type: ignore[override]
        return self.slot.label

    @property
    def lead(self) -> object:  # type: ignore[override]
        return next((line.label for line in self.record.lines if line.key == self.slot.activity), self.controller.name)

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        return self.crumbs_to((_("Verzeichnis"), desk_url(self.request, "privacy:record")))

    def get_initial(self) -> dict[str, Any]:
        latest = self.slot.latest
        given = self.controller.privacy_officer if self.slot.kind == AdditionKind.OFFICER else ""
        return {**super().get_initial(), "text": latest.text if latest else given}

    def form_valid(self, form: Any) -> Any:
        actions.save_addition(
            controller=self.controller,
            activity=self.slot.activity,
            kind=self.slot.kind,
            text=form.cleaned_data["text"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Die Angabe ist gespeichert."))


class Erasures(ForOfficer, DeskListView):
    """The protocol of erasures: figures, never content."""

    template_name = "privacy/erasures.html"
    roles = rules.READERS
    filter_class = ErasureFilter
    page_size = 50
    columns = (
        Column("at", gettext_lazy("Wann"), width="medium"),
        Column("what", gettext_lazy("Was")),
        Column("count", gettext_lazy("Einträge"), is_figure=True),
        Column("period", gettext_lazy("Frist")),
        Column("who", gettext_lazy("Durch")),
    )
    default_sort_words = gettext_lazy("Zeit, Neues zuerst")

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = erasures.ErasureFilters(
            kind=values.get("art", ""), what=values.get("was", ""), since=values.get("von"), until=values.get("bis")
        )
        return erasures.erasures(self.viewer, filters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        address = desk_url(self.request, "privacy:erasures-file")
        plain = query.urlencode()
        query["als"] = "xlsx"
        return {
            **context,
            "rows": erasures.erasure_lines(list(context["rows"])),
            "due": erasures.due_soon(self.district, self.controller, self.now),
            "exports": [(_("CSV"), f"{address}?{plain}"), (_("Excel"), f"{address}?{query.urlencode()}")],
            "crumbs": self.crumbs_to(),
        }


class ErasuresFile(Erasures):
    """The same rows as a file (`?als=xlsx`: for Excel)."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        lines = erasures.erasure_lines(list(self.rows(self.get_filters().values, "")))
        audit.record(verb="privacy.erasures_exported", target=self.controller, viewer=self.viewer, now=self.now)
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"loeschprotokoll-{local_day(self.now):%Y-%m-%d}",
            title=_("Löschprotokoll"),
            columns=exports.ERASURE_COLUMNS,
            rows=exports.erasure_rows(lines),
        )


class OwnData(DeskPage):
    """Who logs in gets her own data without asking anybody (Art. 15, 20)."""

    template_name = "privacy/own_data.html"
    place = "accounts.profile"


class OwnDataFile(DeskPage):
    """All of it, from every district: "html" to read, "json" for programs."""

    place = "accounts.profile"
    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["fmt"] not in exports.OWN_DATA_TYPES:
            raise Http404
        subject = Subject("account", request.user.uid)
        sections = [one for source in subject_exports for one in source.collect(subject, None, self.now)]
        chapter = archive.Chapter(self.viewer.name, [one for one in sections if one.records])
        write = archive.as_html if kwargs["fmt"] == "html" else archive.as_json
        content = write(_("Meine Daten"), self.district.name, [chapter], self.now)
        audit.record(verb="privacy.own_data_downloaded", target=request.user, viewer=self.viewer, now=self.now)
        response = HttpResponse(content, content_type=exports.OWN_DATA_TYPES[kwargs["fmt"]])
        response["Content-Disposition"] = f'attachment; filename="meine-daten.{kwargs["fmt"]}"'
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        response["Cache-Control"] = "no-store"
        return response
