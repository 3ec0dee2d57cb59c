"""The uploads of one moment: linked aside while the database is copied, because people go on writing and erasing."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

PREFIX = ".sicherung-"
_FORGOTTEN = 6 * 3600  # seconds; a backup that was killed leaves its folder, and with it what was erased since


class Farm:
    """Hard links to all uploads, or copies where links are not possible. Uploads are written once and never changed.

    A row and its file come and go in one transaction, the file a moment earlier or later. What is there before the database
    is copied, together with what is there afterwards, holds every file that the copy names.
    """

    def __init__(self, media: Path, folder: Path) -> None:
        self.media, self.folder = media, folder
        self.present: set[str] = set()

    def add(self) -> None:
        """Take what is there now; remembers which names those are."""
        self.present = set(uploads_in(self.media))
        for name in sorted(self.present):
            target = self.folder / name
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            source = self.media / name
            try:
                os.link(source, target)
            except FileNotFoundError:
                self.present.discard(name)  # erased this very moment
            except OSError:
                shutil.copy2(source, target)

    def path(self, name: str) -> Path | None:
        found = self.folder / name
        return found if found.is_file() else None


def uploads_in(media: Path) -> Iterator[str]:
    """Names below the folder, without what backups and half-written files leave there."""
    if not media.is_dir():
        return
    for folder, folders, names in os.walk(media):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield (Path(folder) / name).relative_to(media).as_posix()


@contextmanager
def farm(media: Path) -> Iterator[Farm]:
    """A folder inside of the uploads, on the same disk; gone afterwards, and so are those that were left behind."""
    if media.is_dir():
        for old in media.glob(f"{PREFIX}*"):
            if old.stat().st_mtime < time.time() - _FORGOTTEN:
                shutil.rmtree(old, ignore_errors=True)
    folder = media / f"{PREFIX}{token_hex(6)}"
    if media.is_dir():
        folder.mkdir(mode=0o700)
    try:
        yield Farm(media, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
