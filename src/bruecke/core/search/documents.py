"""What goes into the search index and what comes out of it, as frozen values."""

import re
from dataclasses import dataclass
from enum import StrEnum

KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")


class Weight(StrEnum):
    """How much a passage counts: the title of the thing, words that classify it, its running text."""

    TITLE = "title"
    WORDS = "words"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text in one language. `is_derived`: other words for what the text says, not its own."""

    text: str
    lang: str = "de"
    weight: Weight = Weight.BODY
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A thing that can be found: what kind it is, its uid, whether everybody may find it, and its texts in all languages."""

    kind: str
    uid: str
    is_public: bool
    passages: tuple[Passage, ...]

    def __post_init__(self) -> None:
        if not KIND.fullmatch(self.kind) or not 0 < len(self.uid) <= 40:
            raise ValueError("a document needs a kind of small letters and a uid of at most 40 characters")


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found. `score`, from 0 to 1, tells how well it fits this query; higher is better."""

    uid: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first. `corrected`: what was searched instead of a typo, "" when nothing was changed."""

    hits: tuple[Hit, ...]
    corrected: str = ""
