"""The one mechanism by which lower floors learn of higher ones: frozen, keyed entries in a fixed order."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Entry(Protocol):
    """What a registry holds: a frozen dataclass with a `key` (unique) and an `order` (small first)."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


E = TypeVar("E", bound=Entry)


class Registry(Generic[E]):
    """Entries by key; iterates by `order`, then key, so that nothing depends on the order of imports."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, E] = {}

    def register(self, entry: E) -> E:
        """Add an entry. Raises ValueError when another one holds the key already."""
        known = self._entries.setdefault(entry.key, entry)
        if known != entry:
            raise ValueError(f"registry {self.name}: {entry.key} is taken")
        return entry

    def __iter__(self) -> Iterator[E]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))

    def __getitem__(self, key: str) -> E:
        return self._entries[key]

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)
