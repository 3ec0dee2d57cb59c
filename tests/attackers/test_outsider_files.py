"""An outsider sends files and words that act: what is taken comes out harmless, and no exported cell is a formula."""

import csv
import io

import openpyxl
import pytest
from django.db import DatabaseError, models, transaction
from PIL import Image

from bruecke.core import files
from bruecke.core.errors import Invalid
from bruecke.core.scope import for_district
from bruecke.core.tests.strangers import jpeg, png
from bruecke.core.viewer import Role
from bruecke.directory.models import ContactPerson, Location, Organisation
from bruecke.enquiries.models import Enquiry, Referral
from bruecke.offers.models import Offer
from bruecke.staffing.models import Post, PostCost, PostPayer
from tests.permissions.pages import DESK
from tests.permissions.world import NORMAL

pytestmark = pytest.mark.any_database

ACTS = "=HYPERLINK(1)"
STARTS = ("=", "+", "-", "@", "\t", "\r", "|", "%")
FILES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})
WRITTEN = (ContactPerson, Location, Organisation, Enquiry, Referral, Offer, Post, PostCost, PostPayer)
TYPED = {
    "name",
    "short_name",
    "street",
    "town",
    "note",
    "function",
    "headline",
    "title",
    "area_name",
    "source",
    "phone",
    "answer_note",
}


@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"PK\x03\x04evil", b"%PDF-1.7\n/JavaScript\n%%EOF", b"<?php evil(); ?>"]
)
@pytest.mark.parametrize(("name", "make"), [("a.png", png), ("a.jpg", jpeg)])
def test_what_hangs_behind_a_picture_is_gone(name, make, tail):
    checked = files.check_file(io.BytesIO(make() + tail), name, accept=FILES)
    assert tail not in checked.content
    assert Image.open(io.BytesIO(checked.content)).size == (60, 40)


@pytest.mark.parametrize("name", ["a.php", "a.png.php", "a.svg", "a.html", "a", "a.png\0.php"])
def test_a_picture_under_another_ending_is_refused(name):
    with pytest.raises(Invalid):
        files.check_file(io.BytesIO(png()), name, accept=FILES)


def test_exports_hold_no_cell_that_acts(world, visits):
    """Whatever was typed anywhere, in every file of the desk: a formula would run on the machine of whoever opens it."""
    side = world.mine
    with for_district(side.district):
        for model in WRITTEN:
            for field in model._meta.concrete_fields:
                if field.name in TYPED:
                    _write(model, field)
    seen, told, wrong = set(), set(), []
    for row in (row for row in DESK if row.method == "GET" and any(word in row.name for word in ("export", "download"))):
        who = min(next(iter(row.cases.values())).who, key=lambda one: (one != (NORMAL, Role.DISTRICT_OFFICE), one))
        url = row.url(side, next(iter(row.cases)))
        for query in ("", "als=xlsx"):
            got = visits.ask(side.people[who], f"{url}{'&' if '?' in url else '?'}{query}")
            cells = _cells(got.response)
            if cells:
                seen.add(row.name)
                told |= {row.name for cell in cells if "HYPERLINK" in cell}
                wrong += [
                    (row.name, cell)
                    for cell in cells
                    if cell.startswith(STARTS) and not cell.lstrip("-").replace(",", "").isdigit()
                ]
    assert wrong == []
    assert len(seen) >= 8, seen
    assert len(told) >= 5, "the words that act stand in the files, made harmless"


def _write(model, field) -> None:
    try:
        with transaction.atomic():
            models.QuerySet.update(model.objects.all().order_by(), **{field.name: ACTS[: field.max_length or 99]})
    except DatabaseError:
        return  # unique or checked: another column of the row holds the words


def _cells(response) -> list[str]:
    """Texts of a table that came as a file. A formula of Excel begins with its sign; a text that looks like one is a text."""
    kind = response.headers.get("Content-Type", "")
    if "attachment" not in response.headers.get("Content-Disposition", ""):
        return []
    if kind.startswith("text/csv"):
        return [cell for line in csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";") for cell in line]
    if "spreadsheetml" in kind:
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
        return [cell.value if cell.data_type == "f" else f"'{cell.value}" for cell in cells]
    return []
