"""The search built anew, and the doctor's comparison of the search with what ought to be found."""

import pytest

from bruecke.config.operations.doctor import contents
from bruecke.config.operations.reindex import differences, rebuild_search
from bruecke.core.errors import Invalid
from bruecke.core.registries import SearchSource
from bruecke.core.registry import Registry
from bruecke.core.scope import for_district
from bruecke.core.search import Document, Passage, index_document, index_documents, search
from bruecke.core.tests.factories import NOW, make_district

pytestmark = pytest.mark.django_db


def page(uid: str, text: str) -> Document:
    return Document("page", uid, True, (Passage(text),))


@pytest.fixture
def district():
    district = make_district()
    with for_district(district):
        index_documents([page("alt", "Altes"), page("eins", "Noch älter")], district=district)
        yield district


@pytest.fixture
def source(monkeypatch):
    """A source with two things, whatever apps there are."""
    things = {"eins": "Zeltlager", "zwei": "Zirkusschule"}

    def rebuild(of, now) -> int:
        index_documents([page(uid, title) for uid, title in things.items()], district=of)
        return len(things)

    own = Registry("search")
    own.register(SearchSource(key="test", kind="page", rebuild=rebuild, expected=lambda of: set(things)))
    monkeypatch.setattr("bruecke.config.operations.reindex.search", own)
    return things


def test_reindex_brings_both_in_step(source, district):
    assert differences() == (1, 1)
    lines = []
    assert rebuild_search(slug=district.slug, now=NOW, progress=lines.append) == 2
    assert lines == [f"{district.name}: 2"]
    assert differences() == (0, 0)
    assert [hit.uid for hit in search("Zeltlager", kind="page", district=district).hits] == ["eins"]
    assert search("Altes", kind="page", district=district).hits == ()
    index_document(Document("other", "x", True, (Passage("Fremde Art"),)), district=district)
    assert differences() == (0, 1)
    assert rebuild_search(slug=None, now=NOW) == 2
    assert differences() == (0, 0)


def test_reindex_of_an_unknown_district_is_refused(source):
    with pytest.raises(Invalid, match="gibt es nicht"):
        rebuild_search(slug="nirgends", now=NOW)


def test_reindex_command(source, district, capsys):
    from bruecke.config.cli import main

    assert main(["reindex", "--district", district.slug]) == 0
    assert "Einträge: 2" in capsys.readouterr().out
    assert main(["reindex", "--district", "nirgends"]) == 1
    assert "nirgends" in capsys.readouterr().err


def test_doctor_tells_what_the_search_lacks(source, district):
    assert not contents.search().is_well
    assert contents.search().figure == "1 Einträge fehlen, 1 zu viel"
    rebuild_search(slug=None, now=NOW)
    assert contents.search().is_well
