"""Pages that take a table over: upload, columns, check, result. An app names its kind and its routes; the rest is here.

class ContactsImport(ImportPages):
    kind_key = "directory.contacts"
    route = "directory:contacts-import"
    roles, feature, place, heading = …

urlpatterns += import_paths("kontakte/import/", ContactsImport)
"""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_htmx.http import HttpResponseClientRefresh

from bruecke.core import imports
from bruecke.core.errors import Invalid
from bruecke.core.models import ImportBatch, ImportState
from bruecke.core.registries import ImportKind, import_kinds
from bruecke.core.sheets import XLSX_TYPE, sheet_response
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views.base import HouseView, go_to
from bruecke.ui.views.desk import DeskFormView, DeskPage
from bruecke.ui.wording import number

_SHOWN = 50
_SAMPLES = 10
WORKING = {ImportState.MAPPED, ImportState.RUNNING}
BADGES = {
    ImportState.UPLOADED: "new",
    ImportState.MAPPED: "working",
    ImportState.CHECKED: "soon",
    ImportState.RUNNING: "working",
    ImportState.DONE: "answered",
    ImportState.FAILED: "gap",
    ImportState.DISCARDED: "closed",
}


class UploadForm(HouseForm):
    """One table. It is read here, before the transaction of the action begins."""

    file = forms.FileField(
        label=gettext_lazy("Datei"),
        help_text=gettext_lazy("Excel (.xlsx) oder CSV, höchstens 10 MB und 20.000 Zeilen"),
        widget=forms.FileInput,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Datei aus."), "empty": gettext_lazy("Die Datei ist leer.")},
    )

    def __init__(self, *args: Any, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        field = self.fields["file"]
        field.widget.attrs["accept"] = ",".join(kind.endings)
        field.help_text = kind.accepts or field.help_text  # type: ignore[assignment]

    def clean_file(self) -> imports.ReadFile:
        file = self.cleaned_data["file"]
        try:
            return imports.read_file(file, file.name, self.kind.read)
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error


class ColumnsForm(HouseForm):
    """For each field of the kind the column of the file it stands in."""

    def __init__(self, *args: Any, batch: ImportBatch, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("nicht übernehmen")), *_column_choices(batch)]
        for field in kind.fields:
            place = batch.mapping.get(field.key)
            self.fields[field.key] = forms.ChoiceField(
                label=str(field.label),
                help_text=str(field.hint),
                required=field.is_required,
                choices=choices,
                initial="" if place is None else str(place),
                error_messages={"required": _("Bitte wählen Sie die Spalte aus, in der das steht.")},
            )

    def mapping(self) -> dict[str, int]:
        return {key: int(value) for key, value in self.cleaned_data.items() if value}


def _column_choices(batch: ImportBatch) -> list[tuple[str, str]]:
    """Columns by their title, with what stands below it first."""
    rows = imports.sample(batch)
    choices = []
    for place, title in enumerate(batch.header):
        example = next((cells[place] for _number, cells in rows if place < len(cells) and cells[place]), "")
        short = example if len(example) <= 40 else f"{example[:39]}…"
        words = _("%(title)s (zum Beispiel: %(example)s)") % {"title": title, "example": short} if example else title
        choices.append((str(place), words))
    return choices


class ImportPages(HouseView):
    """Mixin of all pages of one kind; subclass it once and hand it to `import_paths`."""

    kind_key = ""
    route = ""
    heading: object = gettext_lazy("Tabelle übernehmen")
    crumbs: tuple[tuple[object, str], ...] = ()
    """Places above, as (label, route)."""
    kwargs: dict[str, Any]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.kind.may_import(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @property
    def kind(self) -> ImportKind:
        return import_kinds[self.kind_key]

    @cached_property
    def batch(self) -> ImportBatch:
        found = imports.find_batch(self.kind_key, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    def url(self, step: str = "", **kwargs: Any) -> str:
        return desk_url(self.request, f"{self.route}-{step}" if step else self.route, **kwargs)

    def batch_url(self, step: str = "batch") -> str:
        return self.url(step, uid=self.batch.uid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        above = [(label, desk_url(self.request, route)) for label, route in self.crumbs]
        shown: dict[str, Any] = {"heading": self.heading, "kind": self.kind, "start_url": self.url(), "crumbs": above}
        if "uid" in self.kwargs:
            shown |= {"batch": self.batch, "crumbs": [*above, (self.heading, self.url())], "batch_url": self.batch_url()}
        return super().get_context_data(**{**shown, **kwargs})  # type: ignore[misc]


class ImportStart(ImportPages, DeskFormView):
    """Upload, the template, and the files before."""

    template_name = "ui/imports/start.html"
    form_class = UploadForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.kind}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = [
            (batch, BADGES[ImportState(batch.state)], self.url("batch", uid=batch.uid))
            for batch in imports.batches(self.kind_key)[:_SAMPLES]
        ]
        return super().get_context_data(**{"earlier": earlier, "template_url": self.url("template"), **kwargs})

    def form_valid(self, form: Any) -> HttpResponse:
        batch = imports.start_batch(
            kind=self.kind_key, read=form.cleaned_data["file"], district=self.district, viewer=self.viewer, now=self.now
        )
        return go_to(self.request, self.url("columns", uid=batch.uid))


class ImportColumns(ImportPages, DeskFormView):
    """Which column is which field."""

    template_name = "ui/imports/columns.html"
    form_class = ColumnsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "batch": self.batch, "kind": self.kind}

    def form_valid(self, form: Any) -> HttpResponse:
        imports.set_mapping(batch=self.batch, mapping=form.mapping(), viewer=self.viewer, now=self.now)
        return go_to(self.request, self.batch_url())


class ImportFile(ImportPages, DeskPage):
    """One file as it stands: being checked, checked, being taken over, done, stopped."""

    template_name = "ui/imports/file.html"
    fragment = "progress"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        state = ImportState(self.batch.state)
        if request.htmx and (state not in WORKING or self.has_stopped):
            return HttpResponseClientRefresh()
        if state == ImportState.UPLOADED or (state == ImportState.MAPPED and self.has_stopped):
            return go_to(request, self.batch_url("columns"))
        return super().get(request, *args, **kwargs)

    @cached_property
    def has_stopped(self) -> bool:
        return imports.has_stopped(self.batch)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch, state = self.batch, ImportState(self.batch.state)
        shown: dict[str, Any] = {
            "state": state.value,
            "badge": BADGES[state],
            "is_working": state in WORKING and not self.has_stopped,
            "has_stopped": self.has_stopped,
            "urls": {step: self.batch_url(step) for step in ("columns", "run", "resume", "discard", "errors")},
            "new_url": self.url(),
            "figures": self._figures(),
        }
        if state in WORKING:
            done, total = (
                (batch.checked_count, batch.row_count) if state == ImportState.MAPPED else (batch.applied_count, batch.clean_count)
            )
            words = _("%(done)s von %(total)s Zeilen") % {"done": number(done), "total": number(total)}
            shown |= {"done": done, "whole": max(total, 1), "words": words}
        if batch.faulty_count and state not in WORKING:
            shown["problems"] = list(imports.problem_lines(batch, _SHOWN))
            shown["more_rows"] = max(0, batch.faulty_count - _SHOWN)
        if state == ImportState.CHECKED:
            shown |= self._preview()
        return super().get_context_data(**{**shown, **kwargs})

    def _figures(self) -> list[tuple[str, str, bool]]:
        batch, counts = self.batch, self.batch.counts
        figures = [
            (number(counts.get("create", 0)), _("neu"), False),
            (number(counts.get("update", 0)), _("geändert"), False),
            (number(counts.get("skip", 0)), _("unverändert"), False),
            (number(batch.faulty_count), _("mit Fehlern"), bool(batch.faulty_count)),
        ]
        return figures if counts or batch.faulty_count else []

    def _preview(self) -> dict[str, Any]:
        """The first rows by the fields that were mapped, and what the button says."""
        batch = self.batch
        fields = [field for field in self.kind.fields if field.key in batch.mapping][:6]
        rows = [(row, [row.cells[batch.mapping[field.key]] for field in fields]) for row in imports.preview_rows(batch)[:_SAMPLES]]
        words = ngettext("%(count)s Zeile übernehmen", "%(count)s Zeilen übernehmen", batch.clean_count)
        without = ngettext("%(count)s Zeile ohne Fehler übernehmen", "%(count)s Zeilen ohne Fehler übernehmen", batch.clean_count)
        button = (without if batch.faulty_count else words) % {"count": number(batch.clean_count)}
        return {"fields": fields, "preview": rows, "button": button}


class _Step(ImportPages, DeskFormView):
    """A step without a page of its own."""

    form_class = HouseForm
    template_name = ""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return go_to(request, self.batch_url())

    def _next_url(self) -> str:
        return self.batch_url()

    def form_invalid(self, form: Any) -> HttpResponse:
        """A refusal is told on the page of the file."""
        return self.done(" ".join(line.message for line in form.error_lines), to=self.batch_url())


class ImportRun(_Step):
    """Take the rows over."""

    def form_valid(self, form: Any) -> HttpResponse:
        imports.run_batch(batch=self.batch, leave_out_faulty="leave_out" in self.request.POST, viewer=self.viewer, now=self.now)
        return go_to(self.request, self.batch_url())


class ImportResume(_Step):
    """Go on after a stop."""

    def form_valid(self, form: Any) -> HttpResponse:
        imports.resume_batch(batch=self.batch, viewer=self.viewer, now=self.now)
        return go_to(self.request, self.batch_url())


class ImportDiscard(ImportPages, DeskFormView):
    """Throw a file away; asks first."""

    form_class = HouseForm
    template_name = "ui/imports/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Die hochgeladene Tabelle %(name)s wird gelöscht. Es wurde nichts daraus übernommen.")
        return super().get_context_data(
            **{
                "text": text % {"name": self.batch.file_name},
                "submit": _("Tabelle verwerfen"),
                "cancel_url": self.batch_url(),
                **kwargs,
            }
        )

    def form_valid(self, form: Any) -> HttpResponse:
        imports.discard_batch(batch=self.batch, viewer=self.viewer, now=self.now)
        return self.done(_("Die Tabelle wurde verworfen."), to=self.url())


class ImportErrors(ImportPages, DeskPage):
    """The problems as a file (`?als=xlsx`: for Excel)."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=_("fehler-%(uid)s") % {"uid": self.batch.uid[:6]},
            title=_("Fehler"),
            columns=imports.ERROR_COLUMNS,
            rows=imports.error_rows(self.batch),
        )


class ImportTemplate(ImportPages, DeskPage):
    """The empty table with examples and explanations."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(imports.template_xlsx(self.kind), content_type=XLSX_TYPE)
        response["Content-Disposition"] = f'attachment; filename="vorlage-{self.kind_key.rpartition(".")[2]}.xlsx"'
        return response


_STEPS: tuple[tuple[str, str, type[ImportPages]], ...] = (
    ("", "", ImportStart),
    ("vorlage.xlsx", "template", ImportTemplate),
    ("<str:uid>/", "batch", ImportFile),
    ("<str:uid>/spalten/", "columns", ImportColumns),
    ("<str:uid>/uebernehmen/", "run", ImportRun),
    ("<str:uid>/fortsetzen/", "resume", ImportResume),
    ("<str:uid>/verwerfen/", "discard", ImportDiscard),
    ("<str:uid>/fehler.csv", "errors", ImportErrors),
)


def import_paths(prefix: str, pages: type[ImportPages]) -> list[URLPattern]:
    """The addresses of one kind below `prefix`; names are the last part of `pages.route`, and `…-template`, `…-batch`, ….

    Steps: "" (upload), template, batch, columns, run (POST), resume (POST), discard, errors.
    """
    name = pages.route.rpartition(":")[2]
    found = []
    for address, step, base in _STEPS:
        view: Any = type(f"{pages.__name__}{step.title()}", (pages, base), {"__module__": pages.__module__})
        found.append(path(f"{prefix}{address}", view.as_view(), name=f"{name}-{step}" if step else name))
    return found
