"""What an import tells: counts per table, errors that stop it, notes about rows it left out."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

MOST_PROBLEMS = 100  # messages kept of each sort; the rest is counted


@dataclass(frozen=True, slots=True)
class Problem:
    """A message in German with its place: file name, line (1 = header) or feature number, column; 0 and "" if none."""

    message: str
    file: str = ""
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.line:
            place.append(_("Zeile %(line)d") % {"line": self.line})
        if self.column:
            place.append(_("Spalte %(column)s") % {"column": self.column})
        return f"{', '.join(place)}: {self.message}" if place else self.message


class Unreadable(Exception):
    """A file as a whole cannot be used; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(slots=True)
class Counts:
    """Rows of one table in one run."""

    new: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0

    @property
    def changes(self) -> int:
        return self.new + self.changed + self.ended

    def __str__(self) -> str:
        return _("%(new)d neu, %(changed)d geändert, %(ended)d beendet, %(unchanged)d unverändert") % asdict(self)


@dataclass(slots=True)
class ImportReport:
    """The whole of a run. Nothing was changed when `ok` is false or `is_dry_run` is true."""

    is_dry_run: bool = False
    areas: Counts = field(default_factory=Counts)
    postal_codes: Counts = field(default_factory=Counts)
    boundaries: Counts = field(default_factory=Counts)
    successions: Counts = field(default_factory=Counts)
    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    errors_left_out: int = 0
    notes_left_out: int = 0
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def changes(self) -> int:
        return sum(counts.changes for counts in (self.areas, self.postal_codes, self.boundaries, self.successions))

    def error(self, problem: Problem) -> None:
        if len(self.errors) < MOST_PROBLEMS:
            self.errors.append(problem)
        else:
            self.errors_left_out += 1

    def note(self, problem: Problem) -> None:
        if len(self.notes) < MOST_PROBLEMS:
            self.notes.append(problem)
        else:
            self.notes_left_out += 1

    def lines(self) -> list[str]:
        """The report for people, line by line."""
        lines = [_("Fehler: %(text)s") % {"text": problem} for problem in self.errors]
        if self.errors_left_out:
            lines.append(_("… und %(count)d weitere Fehler") % {"count": self.errors_left_out})
        lines += [_("Hinweis: %(text)s") % {"text": problem} for problem in self.notes]
        if self.notes_left_out:
            lines.append(_("… und %(count)d weitere Hinweise") % {"count": self.notes_left_out})
        if not self.ok:
            return [*lines, _("Nichts wurde geändert. Bitte verbessern Sie die Datei und wiederholen Sie den Import.")]
        lines += [
            _("Gebiete: %(counts)s") % {"counts": self.areas},
            _("Postleitzahlen: %(counts)s") % {"counts": self.postal_codes},
            _("Grenzen: %(counts)s") % {"counts": self.boundaries},
            _("Gebietsänderungen: %(counts)s") % {"counts": self.successions},
        ]
        if self.is_dry_run:
            lines.append(_("Probelauf: Es wurde nichts gespeichert."))
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def as_dict(self) -> dict[str, Any]:
        """For the record of the run."""
        return asdict(self)
