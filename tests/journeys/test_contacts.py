"""Cards from a telephone become contact persons; one agrees to be shown, one asks to be deleted."""

import pytest

from tests.journeys.steps import desk, person, press
from tests.journeys.test_import import wait_until_said

FORGET = "SELECT count(*) FROM directory_{table} WHERE email = %s"


def cards(mark: str) -> bytes:
    """Three people in three versions of the format; the last one has no organisation."""
    name = f"N;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller{mark};=C4nne;;;\r\n"
    old = f"BEGIN:VCARD\r\nVERSION:2.1\r\n{name}ORG:Kartenverein {mark}\r\nEMAIL;PREF:aenne-{mark}@example.org\r\nEND:VCARD\r\n"
    new = f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jan Nowak{mark}\r\nORG:Kartenverein {mark}\r\nTEL:tel:+49-30-23125\r\nEND:VCARD\r\n"
    bad = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ohne Verein\r\nEND:VCARD\r\n"
    return (old + new + bad).encode()


@pytest.mark.parametrize("script", [True, False])
def test_from_cards_to_people_and_away_again(visitors, check, world, script):
    mark = "mit" if script else "ohne"
    address = f"aenne-{mark}@example.org"
    keeper = visitors.at_desk(person("koordinierung"), script=script)
    keeper.goto(desk("ansprechpersonen/"))
    press(keeper, "main a[href$='/ansprechpersonen/import/']")
    check(keeper)
    keeper.set_input_files("[name=file]", {"name": "kontakte.vcf", "mimeType": "text/vcard", "buffer": cards(mark)})
    press(keeper, "main form .button-primary")
    check(keeper)
    press(keeper, "main form .button-primary")
    wait_until_said(keeper, "mit Fehlern")
    check(keeper)
    assert "Diese Angabe fehlt." in keeper.inner_text("main")
    assert world.rows(FORGET.format(table="contactperson"), address)[0][0] == 0, "nothing before somebody says so"
    press(keeper.locator("main button", has_text="2 Zeilen ohne Fehler übernehmen"))
    wait_until_said(keeper, "Zeilen wurden übernommen")

    keeper.goto(desk(f"ansprechpersonen/?q=Kartenverein {mark}"))
    assert keeper.locator("main tbody tr").count() == 2
    press(keeper.locator("main tbody a", has_text=f"Änne Müller{mark}"))
    check(keeper)
    press(keeper, "main a[href$='/freigeben/']")
    press(keeper, "main form .button-primary")
    assert "Bitte fragen Sie die Person zuerst" in keeper.inner_text("main")
    check(keeper)
    keeper.check("[name=agreed]")
    press(keeper, "main form .button-primary")
    assert "Freigegeben von" in keeper.inner_text("main")

    reader = visitors.at_desk(person("rechnungspruefung"), script=script)
    reader.goto(desk(f"ansprechpersonen/?q=Kartenverein {mark}"))
    assert reader.locator("main tbody tr").count() == 1

    press(keeper, "main a[href$='/loeschen/']")
    check(keeper)
    press(keeper, "main form .button-danger")
    assert "Ansprechperson gelöscht." in keeper.inner_text("body")
    for table in ("contactperson", "historicalcontactperson"):
        assert world.rows(FORGET.format(table=table), address)[0][0] == 0
    reader.reload()
    assert reader.locator("main tbody tr").count() == 0
