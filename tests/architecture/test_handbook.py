"""The handbook names what is there: labels of the source texts, pictures that lie beside it, pages that its index lists."""

import re
from functools import cache
from pathlib import Path

import pytest

from bruecke.config.operations.messages import collect
from tests.architecture.house import ROOT

HANDBOOK = ROOT / "docs" / "handbuch"
CHAPTERS = sorted(HANDBOOK.glob("[0-9][0-9]-*.md"))
IMAGES = HANDBOOK / "bilder"
LABEL = re.compile(r"„([^“]+)“")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
MOST_BYTES, MOST_IN_ALL = 80 * 1024, 3 * 1024 * 1024


@cache
def messages() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every source text of public pages and desk, and patterns of those that hold a number or a name."""
    plain, patterns = set(), []
    for message in collect(desk=True):
        forms = message.id if isinstance(message.id, tuple | list) else [message.id]
        for form in filter(None, forms):
            plain.add(form)
            if PLACEHOLDER.search(form) and PLACEHOLDER.sub("", form).strip(" .:,"):
                patterns.append(re.compile(".+".join(map(re.escape, PLACEHOLDER.split(form)))))
    return frozenset(plain), tuple(patterns)


def is_a_label(words: str) -> bool:
    plain, patterns = messages()
    return words in plain or any(pattern.fullmatch(words) for pattern in patterns)


def test_there_are_twelve_pages_and_the_index_lists_them():
    index = (HANDBOOK / "README.md").read_text()
    assert [chapter.name[:2] for chapter in CHAPTERS] == [f"{number:02d}" for number in range(1, 13)]
    assert LINK.findall(index)[:12] == [chapter.name for chapter in CHAPTERS]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_quoted_label_stands_in_the_program(chapter):
    labels = [" ".join(words.split()) for words in LABEL.findall(chapter.read_text())]
    assert len(labels) >= 10, "a chapter that names hardly a label does not tell where to click"
    assert sorted({words for words in labels if not is_a_label(words)}) == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_quotation_marks_belong_to_labels_in_bold_alone(chapter):
    text = chapter.read_text()
    assert text.count("„") == text.count("“") == len(re.findall(r"\*\*„[^“]+“\*\*", text))


def test_labels_that_do_not_exist_are_found():
    assert is_a_label("Antwort senden")
    assert is_a_label("Abwesenheit für 1 · Pirna")
    assert not is_a_label("Antwort abschicken")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_page_has_one_to_three_pictures_with_words(chapter):
    pictures = IMAGE.findall(chapter.read_text())
    assert 1 <= len(pictures) <= 3
    assert [address for words, address in pictures if len(words) < 20 or not (HANDBOOK / address).is_file()] == []


def test_every_picture_is_used_and_small():
    used = {(HANDBOOK / address).resolve() for chapter in CHAPTERS for _words, address in IMAGE.findall(chapter.read_text())}
    there = set(IMAGES.iterdir())
    assert {path.name for path in there} == {path.name for path in used}
    assert [path.name for path in there if path.stat().st_size > MOST_BYTES] == []
    assert sum(path.stat().st_size for path in (ROOT / "docs").rglob("*") if path.suffix in {".png", ".webp"}) <= MOST_IN_ALL


def test_links_between_pages_lead_somewhere():
    dead = [
        (chapter.name, address)
        for chapter in [*CHAPTERS, HANDBOOK / "README.md"]
        for address in LINK.findall(chapter.read_text())
        if not address.startswith("https:") and not (Path(chapter.parent) / address).exists()
    ]
    assert dead == []
