"""Why the program does not start with these settings, or this database, in one German sentence that names what to change."""

from typing import Any

from pydantic import ValidationError

_DATABASE = "Die Datenbank antwortet nicht ({}). Läuft der Server, stimmt BRUECKE_DATABASE_URL, reichen die Rechte?"
_NOT_SET_UP = "Die Datenbank ist nicht auf dem Stand dieser Version ({}). Bitte rufen Sie auf: bruecke setup"
_FULL = "Der Datenträger der Datenbank ist voll. Bitte schaffen Sie Platz; was nicht zu Ende geschrieben war, ist zurückgenommen."


def what_is_wrong(error: Exception) -> str:
    """The sentence, or "" for an error that is a defect."""
    if isinstance(error, ValidationError):
        return "\n".join(_variable(problem) for problem in error.errors())
    name = type(error).__name__
    if name == "ImproperlyConfigured":
        return f"Die Einstellungen passen nicht: {error}"
    first = (str(error).strip().splitlines() or [""])[0]
    if name in {"OperationalError", "ProgrammingError"} and ("no such" in first or "does not exist" in first):
        return _NOT_SET_UP.format(first[:200])
    if name in {"OperationalError", "InterfaceError"}:
        return _FULL if "full" in first or "No space left" in first else _DATABASE.format(first[:200])
    return ""


def _variable(problem: Any) -> str:
    variable = f"BRUECKE_{'_'.join(str(part) for part in problem['loc'])}".upper()
    return f"{variable}: Der Wert passt nicht. {_reason(problem)} Alle Variablen stehen in docs/operations/settings.md."


def _reason(problem: Any) -> str:
    kind, limits = problem["type"], problem.get("ctx", {})
    if kind == "enum":
        return f"Erlaubt sind {limits['expected'].replace(' or ', ' oder ')}."
    if kind.startswith("int_"):
        return "Es muss eine Zahl sein."
    if kind.startswith("bool_"):
        return "Es muss true oder false sein."
    if "ge" in limits or "le" in limits:
        return f"Es muss eine Zahl {'ab' if 'ge' in limits else 'bis'} {limits.get('ge', limits.get('le'))} sein."
    return f"{str(limits.get('error') or problem['msg']).rstrip('.')}."
