"""*Wer hilft mir?*: from what somebody types to the page of the place, with names, parts, codes, other spellings and typos."""

import pytest

from tests.journeys.steps import press, public, search_place


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Pirna", "pirna"),
        ("01796", "pirna"),
        ("pirna stadt", "pirna"),
        ("Heidenu", "heidenau"),
        ("Koenigstein", "koenigstein-saechs-schw"),
        ("  SEBNITZ ", "sebnitz"),
        ("Dipoldiswalde", "dippoldiswalde"),
    ],
)
def test_one_place_is_opened_at_once(visitors, text, slug):
    resident = visitors.resident()
    search_place(resident, text)
    if "?" in resident.url:  # a typo is asked back: one tap more
        press(resident, f"main a[href$='/hilfe/{slug}/']")
    assert resident.url.endswith(public(f"hilfe/{slug}/"))


@pytest.mark.parametrize(
    ("district", "text", "expected"),
    [
        ("mittelsachsen", "09661", 3),  # one postal code, several municipalities
        ("saechsische-schweiz-osterzgebirge", "01824", 4),
    ],
)
def test_shared_postal_code_asks(visitors, check, district, text, expected):
    resident = visitors.resident()
    search_place(resident, text, district=district)
    choices = resident.locator(f"main a[href*='{public('hilfe/', district=district)}']")
    named = set(choices.all_inner_texts())
    assert len(named) >= expected
    check(resident)


def test_twins_are_told_apart(visitors, check):
    """Bernsdorf lies in two districts, Leipzig is a city and the name of a Landkreis around it."""
    resident = visitors.resident()
    search_place(resident, "Leipzig", district="landkreis-leipzig")
    words = resident.inner_text("main")
    assert "Landkreis" in words
    assert "Stadt" in words
    check(resident)
    search_place(resident, "Bernsdorf", district="mittelsachsen")
    words = resident.inner_text("main")
    assert words.count("Bernsdorf") >= 2
    check(resident)


def test_place_of_a_neighbouring_district_leads_there(visitors, check):
    resident = visitors.resident()
    search_place(resident, "Grimma", district="mittelsachsen")
    press(resident, f"main a[href='{public('hilfe/grimma/', district='landkreis-leipzig')}']")
    assert "Grimma" in resident.inner_text("h1")
    check(resident)


def test_place_page_says_who_when_and_where(visitors):
    resident = visitors.resident()
    resident.goto(public("hilfe/pirna/"))
    words = resident.inner_text("main")
    assert "Integrationskoordination Pirna" in words
    assert resident.locator("main a[href^='tel:']").count()
    assert resident.locator("main a[href^='mailto:']").count()
    assert resident.locator("main svg").count()
    assert resident.locator("main a[href*='/hilfe/heidenau/']").count()  # the list beside the map leads on


@pytest.mark.parametrize("lang", ["de", "ar"])
def test_gap_has_an_answer_too(visitors, check, lang):
    """Nobody is in charge of Hohnstein: the district's office helps, and the form works."""
    resident = visitors.resident()
    resident.goto(public("hilfe/hohnstein/", lang))
    assert "Koordinierungsstelle Integration" in resident.inner_text("main")
    check(resident)
    press(resident, f"main a[href*='{public('frage/', lang)}']")
    assert resident.locator("[name=place] option:checked").text_content() == "Hohnstein"
