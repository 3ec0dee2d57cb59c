"""The district that tests of figures start from, its people's browsers, and how to read the page and its files."""

import csv
import io
import re

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_account, make_membership
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Role
from bruecke.enquiries.tests.factories import make_scene

DESK = "/intern/musterkreis/zahlen/"


@pytest.fixture
def scene(db, now):
    district = make_district("musterkreis", ags="14628", name="Landkreis Muster")
    with for_district(district):
        yield make_scene()


@pytest.fixture
def open_as(scene):
    """`open_as("office")`: the browser of somebody of the scene; `open_as(Role.AUDITOR)`: of a member with this role."""

    def open_browser(who):
        if isinstance(who, Role):
            account = make_account(f"Mitglied {who.value}")
            make_membership(account, scene.district, who, controller=scene.leading)
            return log_in(Client(), account)
        return log_in(Client(), scene.accounts[who])

    return open_browser


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def grid(page: str) -> list[list[str]]:
    """The table of the page as rows of words, without bars and ways."""
    table = page.partition('<table class="table table-dense figures-table">')[2].partition("</table>")[0]
    table = re.sub(r'<t[dh][^>]*class="figures-(bar-cell|open)".*?</t[dh]>', "", table, flags=re.DOTALL)
    lines = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, flags=re.DOTALL)] for line in lines]


def sheet(client: Client, query: str = "") -> list[list[str]]:
    """The CSV of the page as rows of words."""
    answer = client.get(f"{DESK}export/csv/{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
