"""The three demo districts themselves; what stands in them comes from the steps of the other apps."""

from bruecke.core.models import District
from bruecke.core.registries import DemoContext

FEATURES = ["consultation_hours", "enquiries", "figures", "help", "offers", "staffing"]
DISTRICTS = [
    {
        "slug": "mittelsachsen",
        "name": "Landkreis Mittelsachsen",
        "short_name": "Mittelsachsen",
        "ags": "14522",
        "labels": {"office": "Stabsstelle Integration", "coordinator_short": "KIK"},
    },
    {
        "slug": "saechsische-schweiz-osterzgebirge",
        "name": "Landkreis Sächsische Schweiz-Osterzgebirge",
        "short_name": "Sächsische Schweiz-Osterzgebirge",
        "ags": "14628",
        "labels": {"office": "Koordinierungsstelle Integration", "coordinator_short": "KIK"},
    },
    {
        "slug": "landkreis-leipzig",
        "name": "Landkreis Leipzig",
        "short_name": "Landkreis Leipzig",
        "ags": "14729",
        "labels": {"office": "Koordinierungsstelle Integration", "coordinator_short": "KIK"},
    },
]
FUNDING_NOTICE = (
    "Diese Maßnahme wird mitfinanziert durch Steuermittel auf der Grundlage des vom Sächsischen Landtag beschlossenen Haushaltes."
)


def load_districts(context: DemoContext) -> None:
    """Create what is not there yet; hand all three on."""
    for wanted in DISTRICTS:
        labels = {**wanted["labels"], "funding_notice": FUNDING_NOTICE}  # type: ignore[dict-item]
        district, _created = District.objects.get_or_create(
            slug=wanted["slug"],
            defaults={
                **wanted,
                "labels": labels,
                "languages": ["de", "en", "uk", "ar", "ru", "prs"],
                "features": FEATURES,
                "is_published": True,
                "is_demo": True,
            },
        )
        context.districts.append(district)
