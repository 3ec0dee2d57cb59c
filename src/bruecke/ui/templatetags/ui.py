"""Tags and filters of the house, built in for every template: addresses, icons, dates, figures, badges, tables."""

from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bruecke.ui import icons, urls, wording
from bruecke.ui.tables import Column

register = template.Library()

for _filter in wording.FILTERS:
    register.filter(_filter.__name__, _filter)


# --- addresses ---------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def desk_url(context: template.Context, name: str, **kwargs: Any) -> str:
    """`{% desk_url 'enquiries:inbox' state='new' %}`: a desk address in this district."""
    return urls.desk_url(context["request"], name, **kwargs)


@register.simple_tag(takes_context=True)
def public_url(context: template.Context, name: str, lang: str | None = None, **kwargs: Any) -> str:
    """`{% public_url 'places_public:place' slug=place.slug %}`: a public address in this district and language."""
    return urls.public_url(context["request"], name, lang, **kwargs)


# --- small things ------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: object = "") -> SafeString:
    """An outline icon in the text colour; without `label` it is decoration and hidden from screen readers."""
    turned = " icon-turns" if name in icons.TURNED_BY_DIRECTION else ""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" focusable="false" {}><path d="{}"/></svg>',
        turned,
        role,
        icons.PATHS[name],
    )


BADGES = frozenset({"new", "working", "referred", "answered", "closed", "soon", "gap", "plain"})
DEADLINES = {"overdue": "clock", "today": "clock", "later": ""}


@register.simple_tag
def badge(label: object, kind: str = "plain") -> SafeString:
    """A state in a word: new, working, referred, answered, closed, soon (settle soon), gap (act now), plain."""
    if kind not in BADGES:
        raise ValueError(f"no badge is called {kind}")
    return format_html('<span class="badge badge-{}">{}</span>', kind, label)


@register.simple_tag
def deadline(label: object, kind: str = "later") -> SafeString:
    """A time that is no badge: overdue (red, clock), today (amber, clock) or later (plain)."""
    sign = icon(DEADLINES[kind]) if DEADLINES[kind] else ""
    return format_html('<span class="deadline deadline-{}">{}{}</span>', kind, sign, label)


@register.simple_tag
def time_range(start: Any, end: Any) -> SafeString:
    """`14:00–18:00 Uhr` from two times or aware datetimes."""
    return wording.time_range(start, end)


@register.simple_tag
def share_bar(value: Any, of: Any = 1, *, vacant: bool = False) -> SafeString:
    """A bar of 72 units for a share; hatched when the post is vacant. The figure belongs beside it in words."""
    share = max(0.0, min(1.0, float(value) / float(of))) if of else 0.0
    return format_html(
        '<svg class="share-bar{}" viewBox="0 0 72 8" width="72" height="8" aria-hidden="true" focusable="false">'
        '<rect class="share-bar-whole" x=".5" y=".5" width="71" height="7" rx="1.5"/>'
        '<rect class="share-bar-part" x=".5" y=".5" width="{}" height="7" rx="1.5"/>{}</svg>',
        " share-bar-vacant" if vacant else "",
        f"{share * 71:.1f}",
        _hatching(share * 71) if vacant else "",
    )


def _hatching(width: float) -> SafeString:
    """Slanted lines inside the part; drawn as one path because a pattern would need an id of its own."""
    steps = range(0, max(1, int(width)), 5)
    lines = " ".join(f"M{min(x + 1, width):.1f} 7.5L{min(x + 6, width):.1f} .5" for x in steps)
    return format_html('<path class="share-bar-hatching" d="{}"/>', lines)


# --- tables and filters ------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/_sort_header.html", takes_context=True)
def sort_header(context: template.Context, column: Column, sort: str = "") -> dict[str, Any]:
    """A `th` of a table: with a link when the column sorts, with an arrow when it is the sorted one."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    descending = sort == f"-{column.key}"
    is_sorted = sort.removeprefix("-") == column.key
    query["sort"] = column.key if not is_sorted or descending else f"-{column.key}"
    direction = ("descending" if descending else "ascending") if is_sorted else ""
    return {"column": column, "url": f"?{query.urlencode()}", "direction": direction}


@register.filter
def undo_url(message: Any) -> str:
    """The address that takes back what a message reports, or nothing; see `DeskFormView.done`."""
    kind, _sign, url = (message.extra_tags or "").partition(":")
    return url if kind == "undo" else ""


@register.filter
def is_plain_choice(field: BoundField) -> bool:
    """Whether the field is one tick box, whose label stands behind it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.simple_block_tag
def captured(content: str) -> str:
    """`{% captured as name %}…{% endcaptured %}`: markup under a name, to use it twice or ask whether it is empty."""
    return mark_safe(content.strip())  # noqa: S308 - rendered already


# --- blocks: components that hold markup of the page ---------------------------------------------------------------


def _block(template_name: str, content: str, **params: Any) -> SafeString:
    return render_to_string(f"ui/components/{template_name}.html", {"content": mark_safe(content), **params})  # noqa: S308 - rendered already


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: object = "") -> SafeString:
    """`{% alert kind="warning" title=… %}…{% endalert %}`; kinds info, success, warning, error."""
    return _block("alert", content, kind=kind, title=title)


@register.simple_block_tag
def notice(content: str, title: object = "") -> SafeString:
    """A tinted panel for what people must know, for instance who reads a question."""
    return _block("notice", content, title=title)


@register.simple_block_tag
def group(content: str, title: object = "", meta: object = "", *, is_open: bool = False) -> SafeString:
    """A collapsible part as native `details`."""
    return _block("group", content, title=title, meta=meta, is_open=is_open)


@register.simple_block_tag
def panel(content: str, title: object = "", *, framed: bool = False) -> SafeString:
    """A part of the right column: a rule and a heading, or (`framed=True`) a box."""
    return _block("panel", content, title=title, framed=framed)


@register.simple_tag
def optional_mark() -> str:
    """What stands behind the label of a field that may stay empty."""
    return _("(freiwillig)")
