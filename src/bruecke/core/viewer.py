"""Who is looking: a frozen value that rules and querysets are asked with. It knows people by id only."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a membership allows, as in the product description; labels live in `accounts`."""

    COORDINATOR = "coordinator"
    DISTRICT_OFFICE = "district_office"
    GRANT_OFFICER = "grant_officer"
    MUNICIPALITY = "municipality"
    EDITOR = "editor"
    COMMISSIONER = "commissioner"
    EMPLOYER = "employer"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class ViewerKind(StrEnum):
    ANONYMOUS = "anonymous"
    PERSON = "person"
    LINK = "link"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person, link or process in one district at one moment.

    `municipalities` are the AGS (8 digits) in the person's charge today, `organisations` uids;
    `controller_id` and `unit_id` name the data owner the person works for (None: none).
    """

    kind: ViewerKind
    district_id: int | None = None
    account_id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    municipalities: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    controller_id: int | None = None
    unit_id: int | None = None
    is_foreigners_authority: bool = False
    purpose: str = ""
    object_uid: str = ""
    reason: str = field(default="")

    @classmethod
    def anonymous(cls, district_id: int | None = None) -> "Viewer":
        return cls(kind=ViewerKind.ANONYMOUS, district_id=district_id)

    @classmethod
    def system(cls, reason: str, district_id: int | None = None) -> "Viewer":
        """A process of the house itself; `reason` goes into the audit log."""
        return cls(kind=ViewerKind.SYSTEM, district_id=district_id, reason=reason)

    @classmethod
    def link(cls, purpose: str, object_uid: str, district_id: int | None) -> "Viewer":
        """Who holds a mailed link or receipt code: entitled to one object for one purpose."""
        return cls(kind=ViewerKind.LINK, district_id=district_id, purpose=purpose, object_uid=object_uid)

    def has(self, *roles: Role) -> bool:
        """Whether a person of this district holds one of `roles`."""
        return self.is_person and not self.roles.isdisjoint(roles)

    @property
    def is_person(self) -> bool:
        return self.kind is ViewerKind.PERSON

    @property
    def is_system(self) -> bool:
        return self.kind is ViewerKind.SYSTEM

    @property
    def leads_district(self) -> bool:
        return self.has(Role.DISTRICT_OFFICE)

    @property
    def is_coordinator(self) -> bool:
        return self.has(Role.COORDINATOR)

    @property
    def is_administrator(self) -> bool:
        return self.has(Role.ADMINISTRATOR)
