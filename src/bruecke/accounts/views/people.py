"""People of a district: the list, one person with her roles, and everything an administrator does about them."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts import actions, exports, queries, rules
from bruecke.accounts.forms import EndMembershipForm, InviteForm, MembershipForm, PeopleFilter
from bruecke.accounts.models import Membership
from bruecke.accounts.queries import PeopleFilters, Person
from bruecke.accounts.views.log import export_links
from bruecke.core import audit, clock
from bruecke.core.errors import Invalid
from bruecke.core.sheets import sheet_response
from bruecke.core.viewer import Role
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskListView, DeskPage, Tab

ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
READERS = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.EMPLOYER})


class PeopleList(DeskListView):
    """Who may work here, today or ever."""

    filter_class = PeopleFilter
    template_name = "accounts/people.html"
    roles = READERS
    place = "accounts.people"
    columns = (
        Column("name", gettext_lazy("Name oder Funktion"), ("sort_key",)),
        Column("roles", gettext_lazy("Rolle")),
        Column("controller", gettext_lazy("Stelle")),
        Column("state", gettext_lazy("Zugang"), width="medium"),
    )
    default_sort = "name"

    @cached_property
    def today(self) -> date:
        return clock.local_day(self.now)

    def tabs(self) -> list[Tab]:
        return [Tab("current", _("Heute tätig")), Tab("all", _("Alle, auch frühere"))]

    def get_filters(self) -> PeopleFilter:
        return PeopleFilter(self.request.GET, viewer=self.viewer, district=self.district)

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = PeopleFilters(
            text=values.get("q", ""),
            role=values.get("role", ""),
            controller=values.get("controller", ""),
            state=values.get("state", ""),
            only_current=tab == "current",
        )
        return queries.people(self.viewer, filters, self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = queries.people_rows(list(context["rows"]), self.viewer, self.today)
        context["may_manage"] = rules.can_manage_people(self.viewer)
        context["exports"] = export_links(self.request, "accounts:people-export")
        return context


class ExportPeople(PeopleList):
    """The same people as a file, one row a role (`?als=xlsx`: for Excel)."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _tabs, tab = self._tabs()
        accounts = list(self.rows(self.get_filters().values, tab).order_by("sort_key", "pk"))
        audit.record(verb="accounts.people_exported", target=None, viewer=self.viewer, now=self.now)
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"zugaenge-{self.today:%Y-%m-%d}",
            title=_("Zugänge und Rollen"),
            columns=exports.PEOPLE_COLUMNS,
            rows=exports.people_rows(queries.people_rows(accounts, self.viewer, self.today)),
        )


class _OfPerson:
    """Mixin: the person of the address, as far as the viewer may see her; else 404."""

    request: Any
    kwargs: Any
    viewer: Any
    now: Any
    district: Any
    roles: frozenset[Role] | None = ADMINISTRATION
    place = "accounts.people"

    @cached_property
    def today(self) -> date:
        return clock.local_day(self.now)

    @cached_property
    def person(self) -> Person:
        found = queries.person(self.kwargs["uid"], self.viewer, self.today)
        if found is None:
            raise Http404
        return found

    @property
    def back(self) -> tuple[object, str]:
        """Label and address of the page above this one."""
        return (self.person.account.name, desk_url(self.request, "accounts:person", uid=self.kwargs["uid"]))

    def _next_url(self) -> str:
        return desk_url(self.request, "accounts:person", uid=self.kwargs["uid"])


class PersonPage(_OfPerson, DeskPage):
    """One person: state of the account, roles now, later and earlier."""

    template_name = "accounts/person.html"
    roles = READERS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_manage = rules.can_manage_people(self.viewer)
        return super().get_context_data(
            person=self.person,
            account=self.person.account,
            may_manage=may_manage,
            may_lock=rules.can_lock_account(self.viewer, account_id=self.person.account.pk),
            has_open_roles=bool(self.person.current or self.person.coming),
            **kwargs,
        )


class Invite(DeskFormView):
    """A new person by mailbox, with the first role."""

    needs_recent_login = True
    form_class = InviteForm
    template_name = "accounts/person_invite.html"
    roles = ADMINISTRATION
    place = "accounts.people"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "viewer": self.viewer, "district": self.district, "today": clock.local_day(self.now)}

    def form_valid(self, form: Any) -> Any:
        account = actions.invite_person(district=self.district, viewer=self.viewer, now=self.now, **form.cleaned_data)
        to = desk_url(self.request, "accounts:person", uid=account.uid)
        if account.joined_at is None:
            return self.done(_("Die Einladung ist unterwegs. Der Link darin gilt sieben Tage."), to=to)
        return self.done(_("Die Person hatte schon einen Zugang und hat jetzt auch diese Rolle."), to=to)


class AddMembership(_OfPerson, DeskFormView):
    """A further role."""

    needs_recent_login = True
    form_class = MembershipForm
    template_name = "accounts/membership_add.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "viewer": self.viewer, "district": self.district, "today": self.today}

    def get_initial(self) -> dict[str, Any]:
        """The controller the person works for already: another one would be refused anyway."""
        held = next(iter(self.person.current), None)
        return {**super().get_initial(), **({"controller": (held.unit or held.controller).uid} if held else {})}

    def form_valid(self, form: Any) -> Any:
        actions.add_membership(
            account=self.person.account, district=self.district, viewer=self.viewer, now=self.now, **form.cleaned_data
        )
        return self.done(_("Die Rolle ist gespeichert."))


class EndMembership(_OfPerson, DeskFormView):
    """The last day of a role; can be taken back."""

    needs_recent_login = True
    form_class = EndMembershipForm
    template_name = "accounts/membership_end.html"

    @cached_property
    def membership(self) -> Membership:
        held = (*self.person.current, *self.person.coming, *self.person.ended)
        found = next((one for one in held if one.uid == self.kwargs["membership_uid"]), None)
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        until = self.membership.valid_until
        return {"valid_until": until - timedelta(days=1) if until else self.today, "version": self.membership.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(membership=self.membership, account=self.person.account, **kwargs)

    def current_values(self) -> dict[str, Any]:
        fresh = Membership.objects.get(pk=self.membership.pk)
        last = fresh.valid_until - timedelta(days=1) if fresh.valid_until else None
        return {"valid_until": last, "version": fresh.version}

    def form_valid(self, form: Any) -> Any:
        before = self.membership.valid_until
        last_day = form.cleaned_data["valid_until"]
        actions.set_membership_end(
            membership=self.membership,
            valid_until=last_day + timedelta(days=1),
            version=form.cleaned_data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        undo = desk_url(self.request, "accounts:membership-undo", **self.kwargs)
        message = _("Die Rolle endet mit dem %(day)s.") % {"day": f"{last_day:%d.%m.%Y}"}
        return self.done(message, undo_url=f"{undo}?bis={before.isoformat() if before else ''}")


class UndoEnd(EndMembership):
    """Takes an end back: the role lasts as long as before. Only by POST, from the line that says what was saved."""

    form_class = HouseForm  # type: ignore[assignment]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpResponseNotAllowed(["POST"])

    def form_valid(self, form: Any) -> Any:
        text = self.request.GET.get("bis", "")
        try:
            until = parse_date(text) if text else None
        except ValueError as error:
            raise Invalid from error
        actions.set_membership_end(membership=self.membership, valid_until=until, version=None, viewer=self.viewer, now=self.now)
        return self.done(_("Die Rolle gilt wieder wie zuvor."))


class _Confirm(_OfPerson, DeskFormView):
    """A step that is asked for once more: heading, text and button say what will happen."""

    needs_recent_login = True
    form_class = HouseForm
    template_name = "accounts/confirm.html"
    heading: object = ""
    text: object = ""
    submit: object = ""
    danger = False

    @property
    def arguments(self) -> dict[str, Any]:
        return {"account": self.person.account, "district": self.district, "viewer": self.viewer, "now": self.now}


class ResendInvitation(_Confirm):
    heading = gettext_lazy("Einladung noch einmal senden?")
    text = gettext_lazy("Die Person erhält einen neuen Link, der sieben Tage gilt. Der bisherige Link gilt dann nicht mehr.")
    submit = gettext_lazy("Einladung senden")

    def form_valid(self, form: Any) -> Any:
        actions.resend_invitation(**self.arguments)
        return self.done(_("Die Einladung ist unterwegs."))


class WithdrawInvitation(_Confirm):
    heading = gettext_lazy("Einladung zurückziehen?")
    text = gettext_lazy("Der Link in der Mail gilt dann nicht mehr. Name, E-Mail-Adresse und Rollen der Einladung werden gelöscht.")
    submit = gettext_lazy("Einladung zurückziehen")
    danger = True

    def form_valid(self, form: Any) -> Any:
        actions.withdraw_invitation(**self.arguments)
        return self.done(_("Die Einladung ist zurückgezogen."), to=desk_url(self.request, "accounts:people"))


class Lock(_Confirm):
    heading = gettext_lazy("Zugang sperren?")
    text = gettext_lazy(
        "Die Person wird sofort überall abgemeldet und kann sich nicht mehr anmelden. Ihre Rollen bleiben eingetragen."
    )
    submit = gettext_lazy("Zugang sperren")
    danger = True

    def form_valid(self, form: Any) -> Any:
        actions.lock_account(**self.arguments)
        return self.done(
            _("Der Zugang ist gesperrt."), undo_url=desk_url(self.request, "accounts:person-unlock", uid=self.kwargs["uid"])
        )


class Unlock(_Confirm):
    heading = gettext_lazy("Zugang entsperren?")
    text = gettext_lazy("Die Person kann sich wieder anmelden. Es gelten die Rollen, die eingetragen sind.")
    submit = gettext_lazy("Zugang entsperren")

    def form_valid(self, form: Any) -> Any:
        actions.unlock_account(**self.arguments)
        return self.done(_("Der Zugang ist wieder offen."))


class ResetTotp(_Confirm):
    heading = gettext_lazy("Zweiten Schritt zurücksetzen?")
    text = gettext_lazy(
        "Nur wenn Telefon und Ersatzcodes verloren sind, und nur wenn Sie die Person sicher erkannt haben: am besten im "
        "persönlichen Gespräch. Sie wird überall abgemeldet und richtet beim nächsten Anmelden ein neues Telefon ein."
    )
    submit = gettext_lazy("Zweiten Schritt zurücksetzen")
    danger = True

    def form_valid(self, form: Any) -> Any:
        actions.reset_second_factor(**self.arguments)
        return self.done(_("Beim nächsten Anmelden richtet die Person den zweiten Schritt neu ein."))


class Delete(_Confirm):
    heading = gettext_lazy("Zugang löschen?")
    text = gettext_lazy(
        "Name, E-Mail-Adresse und alle Anmeldedaten werden endgültig gelöscht. Was die Person bearbeitet hat, "
        "bleibt ohne ihren Namen erhalten. Das lässt sich nicht rückgängig machen."
    )
    submit = gettext_lazy("Endgültig löschen")
    danger = True

    def form_valid(self, form: Any) -> Any:
        actions.delete_account(**self.arguments)
        return self.done(_("Der Zugang ist gelöscht."), to=desk_url(self.request, "accounts:people"))
