"""A table of an office on its way into the inventory: 1,000 rows, thirty of them faulty; a shorter one without script."""

import io
import re
import time

import pytest
from openpyxl import Workbook

from tests.journeys.steps import desk, person, press

FAULTS = ("Sprache auf Zuruf", "übermorgen", "viele")


def table(first, rows, faulty):
    """An Excel file as an office keeps it; `faulty` rows have one fault of three kinds. `first` tells the runs apart."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Lfd. Nr.", "Angebot", "Anbieter", "Kategorie", "Gemeinde", "Zeiten", "Plätze", "Bemerkung"])
    for number in range(1, rows + 1):
        fault = (number // 33) % 3 if number % 33 == 0 and number // 33 <= faulty else None
        sheet.append(
            [
                f"{first}-{number:04d}",
                f"Gesprächsrunde {first} {number:04d}",
                f"Nachbarschaftsverein {number % 40:02d} (Beispiel)",
                FAULTS[0] if fault == 0 else "Sprachkurs",
                ("Pirna", "Freital", "Heidenau", "Sebnitz")[number % 4],
                FAULTS[1] if fault == 1 else "dienstags 14:00-16:00",
                FAULTS[2] if fault == 2 else 12,
                "aus der alten Liste",
            ]
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def wait_until_said(page, words, *, seconds=120):
    """Long work shows its progress and, with or without script, says by itself when it is over."""
    deadline = time.monotonic() + seconds
    while words not in page.locator("main").inner_text():
        assert time.monotonic() < deadline, page.inner_text("main")[:500]
        page.wait_for_timeout(500)


@pytest.mark.parametrize(("script", "rows", "faulty"), [(True, 1_000, 30), (False, 100, 3)])
def test_thousand_offers_with_thirty_faulty_rows(visitors, check, world, script, rows, faulty):
    first, whole = "S" if script else "O", rows - faulty
    count = "SELECT count(*) FROM offers_offer WHERE title LIKE %s"
    office = visitors.at_desk(person("koordinierung"), script=script)
    office.goto(desk("angebote/"))
    press(office, "main a[href$='/angebote/import/']")
    check(office)
    office.set_input_files(
        "[name=file]", {"name": "Bestand.xlsx", "mimeType": "application/xlsx", "buffer": table(first, rows, faulty)}
    )
    press(office, "main form .button-primary")
    check(office)
    assert office.locator("[name=title] option:checked").inner_text().startswith("Angebot (")
    assert office.locator("[name=provider] option:checked").inner_text().startswith("Anbieter (")
    press(office, "main form .button-primary")
    wait_until_said(office, "mit Fehlern")
    check(office)
    shown = office.inner_text("main")
    assert f"{whole} Zeilen ohne Fehler übernehmen" in shown
    assert world.rows(count, f"Gesprächsrunde {first} %")[0][0] == 0, "nothing before somebody says so"
    for fault in FAULTS:
        assert office.locator("td.import-content", has_text=fault).count() == faulty / len(FAULTS)
    press(office.locator("main button", has_text="ohne Fehler übernehmen"))
    wait_until_said(office, "Zeilen wurden übernommen")
    check(office)
    assert world.rows(count, f"Gesprächsrunde {first} %")[0][0] == whole

    office.goto(desk(f"angebote/?q=Gesprächsrunde {first} 0050"))
    assert office.locator("tbody tr", has_text=f"Gesprächsrunde {first} 0050").count() == 1

    office.goto(desk("angebote/import/"))
    office.set_input_files(
        "[name=file]", {"name": "Bestand.xlsx", "mimeType": "application/xlsx", "buffer": table(first, rows, faulty)}
    )
    press(office, "main form .button-primary")
    press(office, "main form .button-primary")
    wait_until_said(office, "mit Fehlern")
    again = office.inner_text("main")
    assert re.search(rf"unverändert\s+{whole}\b", again), again[:400]
    assert "übernehmen" not in "".join(office.locator("main button").all_inner_texts())
