"""Bases of desk pages: plain pages, and forms that call an action and say what became of it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from bruecke.core import drafts
from bruecke.core.errors import NotAllowed, Stale, WrongState
from bruecke.core.form_keys import new_form_key, use_form_key
from bruecke.ui.forms import HouseForm, VersionedForm
from bruecke.ui.views.base import HouseView, go_to
from bruecke.ui.views.public import refusals_as_errors


class DeskPage(HouseView, TemplateView):
    """A page behind login. `roles` None: every member of the district; others get 404."""

    door = "desk"
    fragment = ""
    """Name of the partial of `template_name` that htmx requests get instead of the whole page."""

    def get_template_names(self) -> list[str]:
        names = super().get_template_names()
        if self.fragment and getattr(self.request, "htmx", False):
            return [f"{name}#{self.fragment}" for name in names]
        return names

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **response_kwargs)
        if self.fragment:
            response.headers["Vary"] = "HX-Request"
        return response

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise Http404 from error


class DeskFormView(FormView, DeskPage):
    """A form at the desk.

    `form_valid` calls an action and returns `self.done(…)`. `Invalid` becomes errors at the fields,
    `WrongState` an alert, `NotAllowed` 404, `Stale` a conflict notice with the input kept. A form sent twice acts once.
    """

    form_class: type[HouseForm]
    success_url = ""
    draft_key = ""
    """Set (or overridden as a property): what is typed is kept as a draft under this key."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        if draft := self._draft():
            initial |= draft.data
        return initial

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form_key", self.request.POST.get("form_key") or new_form_key())
        kwargs.setdefault("draft", self._draft())
        kwargs.setdefault("keeps_draft", bool(self.draft_key))
        kwargs.setdefault("wrong_state", "")
        return super().get_context_data(**kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft_key and "_draft" in request.POST:
            return self._save_draft()
        if self.draft_key and "_discard" in request.POST:
            drafts.drop_draft(viewer=self.viewer, key=self.draft_key)
            return go_to(request, request.get_full_path())
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        return refusals_as_errors(form, lambda: self._act(form), self.form_invalid)

    def _act(self, form: HouseForm) -> HttpResponse:
        key = self.request.POST.get("form_key", "")
        try:
            with transaction.atomic():
                if key and not use_form_key(key, self._key_purpose(), self.now):
                    return self._already_saved()
                response = self.form_valid(form)
                if form.errors:
                    transaction.set_rollback(True)
                elif self.draft_key:
                    drafts.drop_draft(viewer=self.viewer, key=self.draft_key)
                return response
        except Stale as error:
            return self._show_conflict(form, error)
        except WrongState as error:
            if not self.template_name:  # a button without a page of its own
                messages.warning(self.request, str(error))
                return go_to(self.request, self._next_url())
            return self.render_to_response(self.get_context_data(form=form, wrong_state=str(error)), status=409)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def done(self, message: object, undo_url: str | None = None, to: str | None = None) -> HttpResponse:
        """Say what happened on the next page; `undo_url` takes a POST that takes it back."""
        messages.success(self.request, str(message), extra_tags=f"undo:{undo_url}" if undo_url else "")
        return go_to(self.request, to or self._next_url())

    def current_values(self) -> Mapping[str, Any]:
        """What is saved now, read afresh, by field and with "version"; shown beside the input after a conflict."""
        return {}

    def _next_url(self) -> str:
        return self.get_success_url() if self.success_url else self.request.path

    def _key_purpose(self) -> str:
        return f"{type(self).__module__}.{type(self).__qualname__}"[-60:]

    def _already_saved(self) -> HttpResponse:
        messages.info(self.request, _("Bereits gespeichert."))
        return go_to(self.request, self._next_url())

    def _show_conflict(self, form: HouseForm, error: Stale) -> HttpResponse:
        if self.draft_key:
            drafts.save_draft(viewer=self.viewer, key=self.draft_key, data=_typed(self.request.POST), now=self.now)
        if isinstance(form, VersionedForm):
            form.show_conflict(error, self.current_values())
        else:
            form.add_error(None, str(error))
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def _draft(self) -> Any:
        if not self.draft_key or self.request.method != "GET":
            return None
        if not hasattr(self, "_loaded_draft"):
            self._loaded_draft = drafts.load_draft(viewer=self.viewer, key=self.draft_key)
        return self._loaded_draft

    def _save_draft(self) -> HttpResponse:
        """The script gets the line to show; a button without script gets the page again, with what was typed in it."""
        saved = drafts.save_draft(viewer=self.viewer, key=self.draft_key, data=_typed(self.request.POST), now=self.now)
        if self.request.headers.get("X-Draft") != "line":
            messages.success(self.request, _("Entwurf gespeichert.") if saved else _("Es gibt nichts zu speichern."))
            return go_to(self.request, self.request.get_full_path())
        return render(self.request, "ui/components/draft_line.html", {"draft": saved, "is_restored": False})


def _typed(data: Any) -> dict[str, Any]:
    """What a person typed, without the fields of the machinery."""
    names = [name for name in data if not name.startswith("_")]
    return {name: data.getlist(name) if len(data.getlist(name)) > 1 else data[name] for name in names}
