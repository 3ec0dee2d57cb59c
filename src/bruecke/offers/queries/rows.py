"""Which offer a row of a table means: by its key, else by provider and title."""

from bruecke.core.folding import sort_key
from bruecke.directory.models import Organisation
from bruecke.offers.models import Offer

IMPORT_SOURCE = "import"
"""`Offer.external_source` of offers that came from a table."""


def offer_of_row(*, key: str, title: str, provider: Organisation | None) -> Offer | None:
    """The offer that a row changes, with provider; None for a new one. At most three queries.

    A key means what the table called it (of any source, the table's own first) or our own uid. Without a hit, and without
    a key of its own, the offer of the same provider and title is meant, archived ones last.
    """
    rows = Offer.objects.select_related("provider", "district")
    if key:
        of_key = sorted(rows.filter(external_key=key).order_by("pk"), key=lambda row: row.external_source != IMPORT_SOURCE)
        found = of_key[0] if of_key else rows.filter(uid=key).first()
        if found is not None:
            return found
    if provider is None:
        return None
    same = rows.filter(provider=provider, sort_key=sort_key(title)[:200]).order_by("pk")
    alike = [row for row in same if not (key and row.external_key)]
    return min(alike, key=lambda row: (row.is_archived, row.title != title, row.pk), default=None)
