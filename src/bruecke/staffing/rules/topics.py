"""Which of several responsibilities for topics goes first: pure, no table."""

from collections.abc import Sequence


def precedence(*, is_local: bool, topic: str, wanted: Sequence[str]) -> tuple[int, int]:
    """Sort key, smallest first. One's own municipality goes before the whole district, the topic itself before its parent.

    `wanted` is the topic that was asked for, followed by what it belongs to.
    """
    return (0 if is_local else 1, wanted.index(topic))
