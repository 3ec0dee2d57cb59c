"""Real rows for tests of the house."""

from datetime import UTC, datetime

from bruecke.core.models import District, StoredFile
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Role, Viewer, ViewerKind

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_AGS = iter(range(10_000, 99_999))


def make_district(slug: str = "musterkreis", **values) -> District:
    """A published district with every capability of ours switched on."""
    defaults = {
        "name": f"Landkreis {slug.title()}",
        "ags": f"{next(_AGS)}",
        "languages": ["de", "ar"],
        "features": ["consultation_hours", "enquiries", "figures", "help", "offers", "staffing"],
        "is_published": True,
    }
    return District.objects.create(slug=slug, **{**defaults, **values})


def make_file(district: District, *, save: bool = True, **values) -> StoredFile:
    uid = new_uid()
    defaults = {
        "path": f"{uid}.pdf",
        "original_name": "Bescheid.pdf",
        "content_type": "application/pdf",
        "size_bytes": 10,
        "sha256": "0" * 64,
        "uploaded_at": NOW,
    }
    stored = StoredFile(uid=uid, district=district, **{**defaults, **values})
    if save:
        stored.save()
    return stored


def viewer_with(district: District, *roles: Role, account_id: int = 1, **facts) -> Viewer:
    """A person of the district without any table behind her."""
    return Viewer(kind=ViewerKind.PERSON, district_id=district.pk, account_id=account_id, roles=frozenset(roles), **facts)
