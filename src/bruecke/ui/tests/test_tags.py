"""Tags and filters: what stands on the page, letter by letter."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from bruecke.ui import wording
from bruecke.ui.tables import Column
from bruecke.ui.templatetags import ui

EVENING = datetime(2026, 11, 20, 17, 42, tzinfo=UTC)  # 18:42 in Berlin


def render(source, query="", **context):
    return Template(source).render(Context({"request": RequestFactory().get(f"/?{query}"), **context}))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (wording.day(date(2026, 11, 22)), "22.11.2026"),
        (wording.day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)), "23.11.2026"),
        (wording.day_short(date(2026, 11, 20)), "Fr, 20.11."),
        (wording.day_long(date(2026, 11, 26)), "Donnerstag, 26.11.2026"),
        (wording.clock(time(14)), "14:00 Uhr"),
        (wording.moment(EVENING), "20.11.2026, 18:42"),
        (wording.moment_short(EVENING), "Fr, 20.11., 18:42"),
        (wording.time_range(time(9), time(12)), "9:00–12:00 Uhr"),
        (wording.number(36446), "36.446"),
        (wording.number(None), "–"),
        (wording.fte(Decimal("0.75")), "0,75"),
        (wording.euro(123456), "1.234,56\u00a0€"),
        (wording.distance(4160), "4,2\u00a0km"),
        (wording.day(None), ""),
        (wording.clock(None), ""),
        (wording.tel(""), ""),
    ],
)
def test_words(made, text):
    assert strip_tags(made) == text


def test_digits_and_order_are_the_same_in_arabic():
    with translation.override("ar"):
        assert strip_tags(wording.day(date(2026, 11, 22))) == "22.11.2026"
        assert 'dir="ltr"' in wording.day(date(2026, 11, 22))
        assert wording.number(36446) == "36.446"


def test_telephone_is_a_link_without_the_bracketed_nought():
    assert 'href="tel:+493023125120"' in wording.tel("+49 (0)30 23125-120")


def test_a_mailbox_alone_becomes_a_link_and_other_words_stay_words():
    assert 'href="mailto:ds@example.org"' in wording.reachable("ds@example.org")
    assert wording.reachable("Frau Ö., ds@example.org") == '<bdi lang="de">Frau Ö., ds@example.org</bdi>'


def test_texts_are_escaped():
    assert "<b>" not in wording.german("<b>") + wording.code("<b>") + ui.badge("<b>") + ui.deadline("<b>")


def test_unknown_badges_and_icons_raise():
    with pytest.raises(ValueError, match="no badge"):
        ui.badge("x", "unknown")
    with pytest.raises(KeyError):
        ui.icon("unknown")


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in ui.icon("clock")
    assert 'role="img" aria-label="Suchen"' in ui.icon("search", "Suchen")
    assert "icon-turns" in ui.icon("arrow")
    assert "icon-turns" not in ui.icon("clock")


@pytest.mark.parametrize(("value", "of", "width"), [(0.5, 1, "35.5"), (2, 1, "71.0"), (-1, 1, "0.0"), (1, 0, "0.0")])
def test_share_bar_stays_inside(value, of, width):
    assert f'width="{width}"' in ui.share_bar(value, of)


@pytest.mark.parametrize(
    ("sort", "link", "direction"),
    [("", "sort=age", ""), ("age", "sort=-age", "ascending"), ("-age", "sort=age", "descending")],
)
def test_sort_header(sort, link, direction):
    html = render("{% sort_header column sort %}", "page=3&q=x", column=Column("age", "Alter", ("at",)), sort=sort)
    assert link in html
    assert "page" not in html
    assert "q=x" in html
    assert ("aria-sort" in html) == bool(direction)
    assert direction in html


def test_column_without_order_has_no_link():
    assert "<a" not in render("{% sort_header column '' %}", column=Column("x", "X"))


def test_descending_turns_each_field_round():
    assert Column("x", "X", ("a", "-b")).ordering(descending=True) == ("-a", "b")


def test_blocks_keep_markup_and_escape_titles():
    html = render('{% alert kind="warning" title=title %}<p>Text</p>{% endalert %}', title="<i>")
    assert "<p>Text</p>" in html
    assert "&lt;i&gt;" in html
    assert render("{% captured as x %} {% endcaptured %}[{{ x }}]") == "[]"
