"""Function mailboxes, for administrators: list, set up, try, switch on and off, remove."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bruecke.core import audit, clock
from bruecke.core.errors import Invalid
from bruecke.core.viewer import Role
from bruecke.enquiries.actions import mailboxes as actions
from bruecke.enquiries.actions.mailboxes import FOLDER, Trouble
from bruecke.enquiries.forms.mailboxes import MailboxForm
from bruecke.enquiries.models import TROUBLE_LABELS, Mailbox
from bruecke.enquiries.queries import mailboxes as queries
from bruecke.enquiries.states import MailboxSecurity
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.ui.views.base import go_to

ROLES = frozenset({Role.ADMINISTRATOR})
_KEPT = ("name", "host", "port", "security", "username", "folder", "sends_receipt")


class Mailboxes(DeskPage):
    """All mailboxes of the district with what came of their mails."""

    template_name = "enquiries/mailboxes/list.html"
    feature = "enquiries"
    roles = ROLES
    place = "enquiries.mailboxes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=queries.mailbox_rows(self.viewer), **kwargs)


class _Form(DeskFormView):
    """What creating and changing share."""

    template_name = "enquiries/mailboxes/form.html"
    form_class: Any = MailboxForm
    feature = "enquiries"
    roles = ROLES
    place = "enquiries.mailboxes"
    is_new = True

    def get_form_kwargs(self) -> dict[str, Any]:
        offices = queries.offices_for_mail(clock.local_day(self.now))
        return {**super().get_form_kwargs(), "offices": offices, "is_new": self.is_new}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [(_("Postfächer"), desk_url(self.request, "enquiries:mailboxes"))]
        return super().get_context_data(crumbs=crumbs, heading=self.heading, back_url=self.back_url, **kwargs)

    @property
    def heading(self) -> object:
        return _("Postfach anlegen")

    @property
    def back_url(self) -> str:
        return desk_url(self.request, "enquiries:mailboxes")

    def values(self, form: Any) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in actions.MAILBOX_FIELDS}


class CreateMailbox(_Form):
    needs_recent_login = True

    def get_initial(self) -> dict[str, Any]:
        return {"port": 993, "security": MailboxSecurity.TLS.value, "folder": "INBOX", **super().get_initial()}

    def form_valid(self, form: Any) -> HttpResponseBase:
        made = actions.create_mailbox(
            district=self.district,
            values=self.values(form),
            password=form.cleaned_data["password"],
            viewer=self.viewer,
            now=self.now,
        )
        url = desk_url(self.request, "enquiries:mailbox", uid=made.uid)
        return self.done(_("Das Postfach ist angelegt. Bitte prüfen Sie die Verbindung."), to=url)


class _OneMailbox(DeskFormView):
    """Base of pages about one mailbox: finds it, leaves a trace of whoever was refused."""

    form_class: Any = HouseForm
    feature = "enquiries"
    roles = ROLES
    place = "enquiries.mailboxes"

    @cached_property
    def mailbox(self) -> Mailbox:
        found = Mailbox.objects.select_related("controller", "unit", "district").filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        if not queries.can_see(self.viewer, found):
            audit.record_refusal(verb="mailbox.read", viewer=self.viewer, now=self.now, target=found)
            raise Http404
        return found

    def _next_url(self) -> str:
        return desk_url(self.request, "enquiries:mailbox", uid=self.mailbox.uid)


class EditMailbox(_Form, _OneMailbox):
    needs_recent_login = True
    is_new = False

    def get_initial(self) -> dict[str, Any]:
        return {**_shown(self.mailbox), **super().get_initial()}

    def current_values(self) -> Mapping[str, Any]:
        return _shown(Mailbox.objects.select_related("controller", "unit").get(pk=self.mailbox.pk))

    @property
    def heading(self) -> object:
        return _("Postfach ändern")

    @property
    def back_url(self) -> str:
        return self._next_url()

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        actions.edit_mailbox(
            mailbox=self.mailbox,
            values=self.values(form),
            password=data["password"],
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Die Änderungen sind gespeichert."))


def _shown(mailbox: Mailbox) -> dict[str, Any]:
    """What the form shows of a mailbox: everything but the password."""
    office = mailbox.unit or mailbox.controller
    return {**{name: getattr(mailbox, name) for name in _KEPT}, "office": office.uid, "version": mailbox.version}


class MailboxPage(DeskPage):
    """One mailbox: how it is reached, whether it works, what came of its mails."""

    template_name = "enquiries/mailboxes/detail.html"
    feature = "enquiries"
    roles = ROLES
    place = "enquiries.mailboxes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = next((one for one in queries.mailbox_rows(self.viewer) if one.mailbox.uid == self.kwargs["uid"]), None)
        if row is None:
            raise Http404
        crumbs = [(_("Postfächer"), desk_url(self.request, "enquiries:mailboxes"))]
        unseen = queries.has_set_aside(row.mailbox)
        return super().get_context_data(row=row, mailbox=row.mailbox, crumbs=crumbs, folder=FOLDER, unseen=unseen, **kwargs)


class _Step(_OneMailbox):
    """One button."""

    http_method_names = ["post"]


class CheckMailbox(_Step):
    """Try the connection; outside of any transaction, because the server may take its time."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            unread = actions.check_mailbox(mailbox=self.mailbox, viewer=self.viewer, now=self.now)
        except Trouble as trouble:
            messages.warning(request, _("Keine Verbindung: %(words)s") % {"words": TROUBLE_LABELS[trouble.code]})
        else:
            words = ngettext(
                "Die Verbindung steht. Von heute liegt dort %(count)s ungelesene E-Mail.",
                "Die Verbindung steht. Von heute liegen dort %(count)s ungelesene E-Mails.",
                unread,
            )
            messages.success(request, words % {"count": unread})
        return go_to(request, self._next_url())


class SwitchMailbox(_Step):
    def form_valid(self, form: Any) -> HttpResponseBase:
        wants = self.request.POST.get("an") == "1"
        try:
            actions.switch_mailbox(mailbox=self.mailbox, is_active=wants, viewer=self.viewer, now=self.now)
        except Invalid as error:
            messages.warning(self.request, str(error))
            return go_to(self.request, self._next_url())
        return self.done(_("Das Postfach wird jetzt abgerufen.") if wants else _("Das Postfach wird nicht mehr abgerufen."))


class SettleMailbox(_Step):
    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.settle_set_aside(mailbox=self.mailbox, viewer=self.viewer, now=self.now)
        return self.done(_("Vermerkt."))


class RemoveMailbox(_OneMailbox):
    needs_recent_login = True
    template_name = "enquiries/mailboxes/remove.html"
    heading = gettext_lazy("Postfach entfernen")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [(_("Postfächer"), desk_url(self.request, "enquiries:mailboxes"))]
        return super().get_context_data(mailbox=self.mailbox, crumbs=crumbs, back_url=self._next_url(), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.remove_mailbox(mailbox=self.mailbox, viewer=self.viewer, now=self.now)
        return self.done(_("Das Postfach ist entfernt."), to=desk_url(self.request, "enquiries:mailboxes"))
