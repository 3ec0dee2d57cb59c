"""Reads of the vocabulary: what is offered, and the word for it in the reader's language."""

from bruecke.core.memo import remembered
from bruecke.core.translations import Origin, Text
from bruecke.vocabulary.models import Language, Topic

SOURCE_LANGUAGE = "de"


def topics() -> list[Topic]:
    """Topics on offer in their fixed order; the first six are the frequent ones of the start page. One query at most."""
    return list(remembered("vocabulary.topics", lambda: tuple(Topic.objects.filter(is_active=True).order_by("order", "key"))))


def topic(key: str) -> Topic | None:
    """A topic by its key, also a retired one."""
    return Topic.objects.filter(pk=key).first()


def languages(*, frequent_first: bool = True) -> list[Language]:
    """Languages on offer: the frequent ones first, then the others, each in the fixed order. One query at most."""
    rows = remembered("vocabulary.languages", lambda: tuple(Language.objects.filter(is_active=True).order_by("order", "code")))
    return sorted(rows, key=lambda row: not row.is_frequent) if frequent_first else list(rows)


def language(code: str) -> Language | None:
    """A language by its BCP 47 code, also a retired one."""
    return Language.objects.filter(pk=code).first()


def label(entry: Topic | Language, lang: str) -> str:
    """The entry's word in `lang`, else in German."""
    return label_text(entry, lang).text


def label_text(entry: Topic | Language, lang: str) -> Text:
    """Like `label`, with the language the word is really in, so that a fallback can carry `lang`."""
    return _in(entry.labels, lang, str(entry.pk))


def description_text(entry: Topic, lang: str) -> Text:
    """The sentence that explains a topic, in `lang` or German; empty where there is none."""
    return _in(entry.descriptions, lang, "")


def _in(texts: dict[str, str], lang: str, default: str) -> Text:
    for code in (lang, lang.split("-", maxsplit=1)[0]):
        if texts.get(code):
            return Text(texts[code], code, Origin.SOURCE if code == SOURCE_LANGUAGE else Origin.HUMAN)
    return Text(texts.get(SOURCE_LANGUAGE, default), SOURCE_LANGUAGE)
