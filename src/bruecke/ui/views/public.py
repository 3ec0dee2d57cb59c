"""Bases of public pages: cached ones without any cookie, and forms on addresses of their own."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.generic import FormView, TemplateView

from bruecke.core.errors import BrueckeError, Invalid, NotAllowed, RateLimited
from bruecke.core.form_keys import use_form_key
from bruecke.ui.forms import GuardedForm, HouseForm
from bruecke.ui.views.base import HouseView


class PublicPage(HouseView, TemplateView):
    """A page for everybody: read only, cached, without session, cookie and message."""

    door = "public"
    cached = True


class PublicForm(HouseView, FormView):
    """A public form: uncached, no cookie. `form_valid` calls an action; what it refuses becomes an error of the form.

    With a `GuardedForm` the one-use key is used up in the transaction of the action. A second use calls `already_sent`.
    """

    door = "public_form"
    cached = False
    http_method_names = ("get", "head", "options", "post")  # Django's forms take PUT for POST
    key_purpose = ""
    """Names the form among the one-use keys; empty: its class."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Forms are sent from our own pages: what a foreign page sends in a visitor's name starts afresh and empty."""
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return HttpResponseRedirect(request.path)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        return refusals_as_errors(form, lambda: self._send(form), self.form_invalid)

    def _send(self, form: Any) -> HttpResponse:
        if not isinstance(form, GuardedForm):
            return self.form_valid(form)
        with transaction.atomic():
            if use_form_key(form.form_key, self.key_purpose or form.purpose, self.now):
                response = self.form_valid(form)
                if form.errors:
                    transaction.set_rollback(True)
                return response
        return self.already_sent(form)

    def already_sent(self, form: Any) -> HttpResponse:
        """The same form arrived twice; a page that shows a receipt shows it again (`core.form_keys.result_of`)."""
        return self.render_to_response(self.get_context_data(form=form, already_sent=True))

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def refusals_as_errors(form: HouseForm, act: Callable[[], HttpResponse], show: Callable[[Any], HttpResponse]) -> HttpResponse:
    """Run `act`; an action's refusal is shown in the form, "not yours" is 404."""
    try:
        return act()
    except NotAllowed as error:
        raise Http404 from error
    except Invalid as error:
        form.take(error)
    except RateLimited as error:
        form.add_error(None, str(error))
        response = show(form)
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except BrueckeError as error:
        form.add_error(None, str(error))
    return show(form)
