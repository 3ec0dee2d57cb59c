"""What the architecture tests look at: our apps, their files, their models."""

from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "bruecke"
FLOORS = [
    *("core", "ui", "vocabulary", "places", "accounts", "privacy", "directory", "staffing", "offers"),
    *("enquiries", "reporting", "interop", "web", "config"),
]


def our_models(*, with_history: bool = False) -> list[type[Model]]:
    """Every concrete model of ours, without the tables of record history unless asked for."""
    found = [model for model in apps.get_models() if model.__module__.startswith("bruecke.")]
    return [model for model in found if with_history or not model.__name__.startswith("Historical")]


def python_files() -> list[Path]:
    """Every source file of ours, without migrations."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.html") if "templates" in path.parts)


def app_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]
