"""The empty table of a kind, for those who begin with nothing: header, example rows, and a sheet that explains each column."""

from django.utils.translation import gettext as _

from bruecke.core.registries import ImportKind
from bruecke.core.sheets import OutColumn, write_xlsx


def example_rows(kind: ImportKind) -> list[dict[str, str]]:
    """The rows of the template by field; a row left as it is there is not imported."""
    if kind.examples:
        return [dict(row) for row in kind.examples]
    row = {field.key: field.example for field in kind.fields if field.example}
    return [row] if row else []


def template_xlsx(kind: ImportKind) -> bytes:
    """The template as an Excel file."""
    explained = [
        {
            "name": str(field.label),
            "needed": _("nötig") if field.is_required else _("freiwillig"),
            "hint": str(field.hint),
            "example": field.example,
        }
        for field in kind.fields
    ]
    columns = [
        OutColumn("name", _("Spalte")),
        OutColumn("needed", _("Angabe")),
        OutColumn("hint", _("Erklärung")),
        OutColumn("example", _("Beispiel")),
    ]
    head = [OutColumn(field.key, field.label) for field in kind.fields]
    return write_xlsx(kind.label, head, example_rows(kind), more=((_("Hinweise"), columns, explained),))
