"""The words of a district as each process remembers them: to correct typos with, and to take compounds apart.

What is remembered is compared with the table each time it is asked for (count and sum of the stamps, from an index); only
entries that changed since, here or in another process, are read again.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db.models import Count, Sum
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bruecke.core.models import District, SearchEntry
from bruecke.core.search.tokens import is_learnable
from bruecke.core.search.words import key_of

DISTRICTS_KEPT = 12
_AT_ONCE = 900
_CANDIDATES = 12
_lock = Lock()
_kept: "OrderedDict[str, Lexicon]" = OrderedDict()


@dataclass(slots=True)
class Lexicon:
    """Words of one district with the number of entries that hold them."""

    state: tuple[int, int] = (0, 0)
    entries: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    keys: dict[str, list[str]] = field(default_factory=dict)
    learnt: set[str] = field(default_factory=set)
    lock: Any = field(default_factory=Lock)

    def add(self, entry: tuple[int, int], words: tuple[str, ...]) -> None:
        self.entries[entry] = words
        for word in words:
            self.counts[word] += 1
            if self.counts[word] == 1:
                self.keys.setdefault(key_of(word), []).append(word)
                if is_learnable(word):
                    self.learnt.add(key_of(word))

    def drop(self, entry: tuple[int, int]) -> None:
        for word in self.entries.pop(entry):
            self.counts[word] -= 1
            if not self.counts[word]:
                del self.counts[word]
                key = key_of(word)
                self.keys[key].remove(word)
                if not self.keys[key]:
                    del self.keys[key]
                if not any(is_learnable(other) for other in self.keys.get(key, ())):
                    self.learnt.discard(key)

    def similar(self, key: str) -> list[str]:
        """Words as they are spelt that differ from a folded word by a typo or two, the likeliest first."""
        most = _typos_allowed(len(key))
        if not most:
            return []
        with self.lock:
            near = process.extract(key, list(self.keys), scorer=OSA.distance, score_cutoff=most, limit=None)
            near = [
                found for found in near if found[1] < 2 or found[0][0] == key[0]
            ]  # two typos, and the first letter: another word
            near.sort(key=lambda found: (found[1], found[0][0] != key[0], -self._count(found[0]), found[0]))
            return [max(self.keys[found], key=lambda word: (self.counts[word], word)) for found, *_rest in near[:_CANDIDATES]]

    def _count(self, key: str) -> int:
        return sum(self.counts[word] for word in self.keys[key])


def _typos_allowed(length: int) -> int:
    return 0 if length < 4 else 1 if length < 8 else 2


def words_of(district: District) -> Lexicon:
    """The words of a district as the table holds them now. The first time in a process all of them are read."""
    with _lock:
        lexicon = _kept.setdefault(district.uid, Lexicon())
        _kept.move_to_end(district.uid)
        while len(_kept) > DISTRICTS_KEPT:
            _kept.popitem(last=False)
    with lexicon.lock:
        _bring_up_to_date(lexicon, district)
    return lexicon


def learnt_so_far(district: District) -> frozenset[str]:
    """What this process happens to know of the district's nouns; nothing is read."""
    lexicon = _kept.get(district.uid)
    return frozenset(lexicon.learnt) if lexicon else frozenset()


def _bring_up_to_date(lexicon: Lexicon, district: District) -> None:
    rows = SearchEntry.objects.filter(district=district).order_by()
    found = rows.aggregate(count=Count("pk"), sum=Sum("stamp"))
    state = (found["count"], found["sum"] or 0)
    if state == lexicon.state:
        return
    present = set(rows.values_list("pk", "stamp"))
    for entry in lexicon.entries.keys() - present:
        lexicon.drop(entry)
    missing = sorted(present - lexicon.entries.keys())
    spelling: dict[str, str] = {word: word for word in lexicon.counts}
    for start in range(0, len(missing), _AT_ONCE):
        part = missing[start : start + _AT_ONCE]
        texts = rows.filter(pk__in=[key for key, _stamp in part]).values_list("pk", "stamp", "words")
        for key, stamp, words in texts:
            lexicon.add((key, stamp), tuple(spelling.setdefault(word, word) for word in words.split()))
    lexicon.state = state
