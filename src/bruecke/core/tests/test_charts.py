"""Charts: drawn in a process of its own, harmless, kept by their content, forgotten when nobody looks."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from bruecke.core import jobs
from bruecke.core.charts import SERIES, Size, cache, chart_for, forget_charts, inline
from bruecke.core.charts.drawing import draw
from bruecke.core.charts.looks import HIDDEN, finish
from bruecke.core.models import Chart, Job
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district

EVIL = '</text><script>alert(1)</script><a href="javascript:1" onload="x" style="y">'


def spec(value=3, label="Pirna", colour=SERIES[1]):
    one = {
        "data": {"values": [{"a": label, "b": value}]},
        "mark": {"type": "bar", "color": colour},
        "encoding": {"y": {"field": "a", "type": "nominal"}, "x": {"field": "b", "type": "quantitative"}},
        "config": {"font": "Fira Sans", "aria": False, "background": None},
    }
    return dict.fromkeys(Size, one)


@pytest.fixture(scope="module")
def drawn():
    """One start of the renderer for all tests that look at pictures."""
    return draw([spec(), spec(label=EVIL), spec(colour=HIDDEN)], ["one", "two", "three"])


def test_picture_is_svg_in_three_sizes_and_a_png(drawn):
    plain = drawn[0]
    assert set(plain.svg) == set(Size)
    assert "Pirna" in plain.svg[Size.WIDE]
    assert plain.png.startswith(b"\x89PNG")


def test_colours_have_patterns_of_their_own_name(drawn):
    assert 'fill="url(#one-w-1)"' in drawn[0].svg[Size.WIDE]
    assert 'id="one-w-1"' in drawn[0].svg[Size.WIDE]
    assert 'fill="url(#three-n-h)"' in drawn[2].svg[Size.NARROW]


def test_on_a_page_colours_are_names_of_the_style_sheet_and_nothing_is_inline_style(drawn):
    text = inline(drawn[0].svg[Size.WIDE], 'Was "hier" steht')
    assert "var(--ui-text)" in text or 'fill="#000"' in text
    assert 'role="img" aria-label="Was &quot;hier&quot; steht"' in text
    assert "style=" not in text
    assert not re.search(r'"#(3a5eb9|131525|8187a7)"', text)


def test_a_name_stays_a_name_whatever_it_holds(drawn):
    picture = ET.fromstring(drawn[1].svg[Size.SHEET])
    tags = {element.tag.rpartition("}")[2] for element in picture.iter()}
    assert not tags & {"script", "a", "image", "foreignObject", "style"}
    assert "alert(1)" in "".join(picture.itertext())


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        '<image href="http://example.org/x.png"/>',
        '<g onclick="1"/>',
        '<g style="fill:red"/>',
        '<g fill="url(http://example.org)"/>',
        "<foreignObject/>",
    ],
)
def test_what_no_picture_of_ours_holds_is_refused(body):
    with pytest.raises(ValueError, match="picture"):
        finish(f'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{body}</svg>', "x")


def test_renderer_asks_no_network():
    far = {"data": {"url": "https://example.org/data.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(RuntimeError, match="drawing ended"):
        draw([dict.fromkeys(Size, far)], ["x"])


# --- kept by content -----------------------------------------------------------------------------------------------------


@pytest.fixture
def district(db):
    found = make_district("musterkreis", ags="14628")
    with for_district(found):
        yield found


def ask(district, value=3, now=NOW):
    return chart_for(district=district, spec=spec(value), now=now)


def test_the_same_figures_are_one_chart_and_one_job(district):
    first, again, other = ask(district), ask(district), ask(district, 4)
    assert first.key == again.key != other.key
    assert not again.is_drawn
    assert Chart.objects.count() == Job.objects.filter(kind="core.draw_charts").count() == 2


def test_one_start_of_the_renderer_draws_all_that_wait(district, monkeypatch):
    starts = []
    monkeypatch.setattr(cache, "draw", lambda specs, names: (starts.append(len(specs)), draw(specs, names))[1])
    ask(district), ask(district, 4)
    while jobs.run_next(NOW):
        pass
    assert starts == [2]
    assert all(chart.is_drawn and "<svg" in chart.narrow for chart in Chart.objects.order_by("pk"))
    assert ask(district).is_drawn


def test_a_chart_the_worker_gave_up_is_asked_for_anew(district):
    first = ask(district)
    later = ask(district, now=NOW + cache.GIVE_UP)
    assert first.uid != later.uid
    assert Chart.objects.count() == 1


def test_too_many_waiting_charts_are_not_queued(district, monkeypatch):
    monkeypatch.setattr(cache, "MOST_WAITING", 2)
    assert [ask(district, value) is None for value in (1, 2, 3)] == [False, False, True]


def test_another_district_has_its_own(district):
    ask(district)
    other = make_district("anderer", ags="14625")
    with for_district(other):
        assert ask(other).uid != Chart.objects.none()
        assert Chart.objects.count() == 1


def test_forgotten_a_week_after_the_last_look(district):
    ask(district), ask(district, 4)
    ask(district, now=NOW + timedelta(days=5))
    assert forget_charts(district, NOW + timedelta(days=9)) == 1
    assert Chart.objects.count() == 1
    assert forget_charts(district, NOW + timedelta(days=30)) == 1
