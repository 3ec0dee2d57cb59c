"""The desk page *Planspiel*: a plan is played through in the address, and put in force as one assignment."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.staffing import actions, queries, rules
from bruecke.staffing.forms import TakeOverForm
from bruecke.staffing.queries.whatif import MOST_NEW, Draft, Play, play_of
from bruecke.staffing.views.staff import StaffPage
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage

CENT = Decimal("0.01")


def read_draft(given: Mapping[str, str]) -> Draft:
    """The draft of an address: `o<AGS>` the post of a municipality, `v<post>` its VzÄ, `neu` how many posts more.

    What makes no sense is left out.
    """
    places = {name[1:]: value for name, value in given.items() if name.startswith("o") and len(name) == 9}
    wished = {name[1:]: _volume(value) for name, value in given.items() if name.startswith("v") and len(name) > 1}
    volumes = {key: volume for key, volume in wished.items() if volume is not None}
    more = given.get("neu", "")
    return Draft(places, volumes, min(int(more), MOST_NEW) if more.isdecimal() and len(more) < 3 else 0)


def _volume(text: str) -> Decimal | None:
    try:
        volume = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return volume.quantize(CENT) if volume.is_finite() and 0 <= volume <= 1 else None


def short_query(play: Play, extra: int) -> str:
    """The address that says only what differs from the plan."""
    pairs = [("tag", play.on.isoformat())]
    pairs += [(f"o{place.row.area.pk}", place.key) for place in play.places if place.is_moved]
    pairs += [(f"v{post.key}", f"{post.fte}") for post in play.posts if post.is_changed]
    return urlencode([*pairs, ("neu", str(extra))] if extra else pairs)


class _WhatIf(StaffPage):
    """Mixin: the game that the address holds; for who may assign."""

    page = "what-if"
    roles: Any = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.can_assign(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def draft(self) -> Draft:
        return read_draft(self.request.GET.dict())

    @cached_property
    def play(self) -> Play:
        return play_of(self.viewer, self.district, self.day, self.draft)

    def back(self) -> str:
        return f"{desk_url(self.request, 'staffing:what-if')}?{short_query(self.play, self.draft.extra)}"


class WhatIf(_WhatIf, DeskPage):
    """Sharing out anew; with script it reckons while one moves, without it by a button."""

    template_name = "staffing/whatif.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        play = self.play
        rates = [post.sum.residents_per_fte for post in play.posts if post.sum.residents_per_fte]
        limit = queries.cap_on(self.district, self.day).limits
        return super().get_context_data(
            play=play,
            most=max(rates, default=None) if len(rates) > 1 else None,
            least=min(rates, default=None) if len(rates) > 1 else None,
            extra=self.draft.extra,
            most_new=MOST_NEW,
            short_url=self.back(),
            reset_url=f"{desk_url(self.request, 'staffing:what-if')}?tag={self.day.isoformat()}",
            post_limit=sum(limit.values()),
            **kwargs,
        )


class TakeOver(_WhatIf, DeskFormView):
    """Puts the moved municipalities in force from a day on; one act, to be taken back as one."""

    template_name = "staffing/takeover.html"
    form_class = TakeOverForm

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "valid_from": max(self.day, self.today)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        play = self.play
        labels = {post.key: post.label for post in play.posts}
        moved = [
            (place.row.area.name, labels.get(place.before, _("ohne Zuständigkeit")), labels.get(place.key, _("ohne Zuständigkeit")))
            for place in play.places
            if place.row.area.pk in play.moves()
        ]
        above = [(_("Zuständigkeit"), desk_url(self.request, "staffing:overview")), (_("Planspiel"), self.back())]
        return super().get_context_data(
            moved=moved,
            not_moved=[(place.row.area.name, labels.get(place.key, _("ohne Zuständigkeit"))) for place in play.not_moved()],
            resized=[post for post in play.posts if post.is_changed],
            crumbs=above,
            cancel_url=self.back(),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        valid_from = form.cleaned_data["valid_from"]
        moves = self.play.moves()
        made = actions.put_plan_in_force(
            district=self.district, plan=moves, valid_from=valid_from, viewer=self.viewer, now=self.now
        )
        words = ngettext(
            "%(count)s Gemeinde neu zugeordnet, ab %(day)s.", "%(count)s Gemeinden neu zugeordnet, ab %(day)s.", len(moves)
        )
        undo = desk_url(self.request, "staffing:assignment-undo", uid=made.uid)
        back = desk_url(self.request, "staffing:overview")
        later = f"?tag={valid_from.isoformat()}" if valid_from > self.today else ""
        return self.done(words % {"count": len(moves), "day": f"{valid_from:%d.%m.%Y}"}, undo_url=undo, to=f"{back}{later}")
