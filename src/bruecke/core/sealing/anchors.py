"""Ends of chains kept outside of the database: printed for paper and mail, and once a day in a file of the data folder.

Whoever can write database *and* secret key can make a whole chain anew; an anchor in other hands shows it.
"""

import logging
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import AuditChain, District

log = logging.getLogger("bruecke.sealing")
FILE = "audit-anchors.txt"
LOOKED_AT = 30  # of each chain, the newest in the file
_LINE = re.compile(
    r"BRUECKE-ANKER 1 "
    r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<name>[\w-]+) "
    r"(?P<key>[\w-]{22}|-) (?P<number>\d+) (?P<hash>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of one chain at a moment; as text one line."""

    made_at: datetime
    name: str
    key: str
    number: int
    hash: str

    def __str__(self) -> str:
        moment = self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"BRUECKE-ANKER 1 {moment} {self.name} {self.key or '-'} {self.number} {self.hash}"


def anchors_now(now: datetime) -> list[Anchor]:
    """One for each chain that holds anything."""
    names = dict(District.objects.values_list("pk", "slug"))
    return [
        Anchor(now, names.get(chain.district_id or 0, "anlage"), chain.key, chain.number, chain.hash)
        for chain in AuditChain.objects.filter(number__gt=0).order_by("key")
    ]


def anchors_in(text: str) -> list[Anchor]:
    """All anchors in a text, such as a mail or what was typed from paper; other lines are passed over."""
    return [
        Anchor(
            made_at=datetime.strptime(found["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            name=found["name"],
            key="" if found["key"] == "-" else found["key"],
            number=int(found["number"]),
            hash=found["hash"],
        )
        for found in _LINE.finditer(text)
    ]


def anchor_file() -> Path:
    return Path(settings.DATA_DIR) / FILE


def kept_anchors() -> list[Anchor]:
    """The newest ones of each chain in the file of the data folder; none where there is no file."""
    path = anchor_file()
    if not path.exists():
        return []
    of_chain: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in anchors_in(path.read_text(encoding="utf-8", errors="replace")):
        of_chain[anchor.key].append(anchor)
    return [anchor for anchors in of_chain.values() for anchor in anchors[-LOOKED_AT:]]


def keep_anchors(now: datetime) -> int:
    """Add today's anchors to the file, and to the log of the service; returns how many."""
    anchors = anchors_now(now)
    if anchors:
        with anchor_file().open("a", encoding="utf-8") as file:
            file.write("".join(f"{anchor}\n" for anchor in anchors))
            file.flush()
            os.fsync(file.fileno())
    for anchor in anchors:
        log.info("audit anchor", extra={"chain": anchor.key, "number": anchor.number, "hash": anchor.hash})
    return len(anchors)


@handler("core.keep_audit_anchors", every=timedelta(hours=24), atomic=False)
def keep(run: JobRun) -> None:
    keep_anchors(run.now)
