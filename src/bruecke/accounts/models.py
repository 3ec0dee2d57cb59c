# mypy: disable-error-code="django-manager-missing"
"""People who log in, the controllers and units they work for, and the roles they hold; no workflow here."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.querysets import AccountQuerySet, ControllerQuerySet, MembershipQuerySet, UnitQuerySet
from bruecke.accounts.states import AccountState, MembershipState, Theme, account_state, membership_state
from bruecke.core.folding import find_key, sort_key
from bruecke.core.models import District
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Role

ROLE_LABELS: dict[Role, Any] = {
    Role.COORDINATOR: _("Integrationskoordination"),
    Role.DISTRICT_OFFICE: _("Koordinierungsstelle des Landkreises"),
    Role.GRANT_OFFICER: _("Bewilligung"),
    Role.MUNICIPALITY: _("Gemeinde"),
    Role.EDITOR: _("Redaktion"),
    Role.COMMISSIONER: _("Integrationsbeauftragte"),
    Role.EMPLOYER: _("Anstellungsträger"),
    Role.PRIVACY_OFFICER: _("Datenschutz"),
    Role.AUDITOR: _("Rechnungsprüfung"),
    Role.ADMINISTRATOR: _("Verwaltung der Zugänge"),
}


THEME_LABELS: dict[Theme, Any] = {
    Theme.DEVICE: _("wie das Gerät"),
    Theme.LIGHT: _("hell"),
    Theme.DARK: _("dunkel"),
}

_LABEL_KEYS = {Role.COORDINATOR: "coordinator", Role.DISTRICT_OFFICE: "office", Role.COMMISSIONER: "commissioner"}


def role_label(role: Role | str, district: District | None = None) -> Any:
    """The name of a role, in the district's own word where it has one."""
    known = Role(role)
    default = ROLE_LABELS[known]
    return district.label(_LABEL_KEYS[known], default) if district and known in _LABEL_KEYS else default


class AccountManager(BaseUserManager.from_queryset(AccountQuerySet)):
    """Makes accounts; the address is kept in lower case, so that one mailbox is one account."""

    def create_user(self, *, email: str, name: str, password: str | None = None, **fields: Any) -> "Account":
        account: Account = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """One person who logs in. Rights come from memberships alone; there is no superuser and no permission table."""

    uid = models.CharField(max_length=22, unique=True, default=new_uid, editable=False)
    email = models.EmailField(_("E-Mail-Adresse"), max_length=254, unique=True)
    name = models.CharField(_("Name oder Funktion"), max_length=120)
    is_active = models.BooleanField(_("Zugang offen"), default=True, help_text="False: locked by an administrator")
    theme = models.CharField(
        _("Darstellung"),
        max_length=6,
        choices=[(theme.value, label) for theme, label in THEME_LABELS.items()],
        default=Theme.DEVICE.value,
    )
    is_demo = models.BooleanField(default=False, editable=False, help_text="Fixed password and TOTP seed; refused in production")
    desk_cards = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Cards of Heute by district: keys in order, and those that are hidden"
    )
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True, help_text="When the person set the first password")
    erased_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When name and address were removed")
    sort_key = models.CharField(max_length=160, editable=False, db_index=True)
    find_key = models.CharField(max_length=420, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("Zugang")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        self.sort_key = sort_key(self.name)[:160]
        self.find_key = find_key(f"{self.name} {self.email}")[:420]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "email", "sort_key", "find_key"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def theme_label(self) -> Any:
        return THEME_LABELS[Theme(self.theme)]

    @property
    def state(self) -> AccountState:
        return account_state(is_active=self.is_active, has_joined=self.joined_at is not None)


class ControllerKind(models.TextChoices):
    DISTRICT = "district", _("Landkreis oder kreisfreie Stadt")
    TOWN = "town", _("Stadt oder Gemeinde")
    ASSOCIATION = "association", _("Verein oder Träger")


class Controller(DistrictModel, VersionedModel):
    """Who answers for personal data (Art. 4 Nr. 7 DSGVO). The one of kind DISTRICT leads; each district has one at most."""

    name = models.CharField(_("Name"), max_length=160)
    kind = models.CharField(_("Art"), max_length=12, choices=ControllerKind.choices)
    legal_basis = models.CharField(
        _("Rechtsgrundlage"),
        max_length=300,
        blank=True,
        help_text=_("Worauf die Bearbeitung von Fragen beruht. Steht im Hinweis am Formular."),
    )
    address = models.TextField(_("Anschrift"), max_length=400, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    mailbox = models.EmailField(_("Funktionspostfach"), max_length=254, blank=True)
    privacy_officer = models.CharField(
        _("Datenschutzbeauftragte Stelle"), max_length=300, blank=True, help_text=_("Wie sie zu erreichen ist")
    )
    sort_key = models.CharField(max_length=200, editable=False)

    objects: ClassVar[Any] = scoped(ControllerQuerySet)

    class Meta:
        verbose_name = _("Verantwortliche Stelle")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district"], condition=Q(kind="district"), name="one_leading_controller_a_district"),
            models.UniqueConstraint(fields=["district", "sort_key"], name="one_controller_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.name)[:200]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    @property
    def is_leading(self) -> bool:
        return self.kind == ControllerKind.DISTRICT


class Unit(DistrictModel, VersionedModel):
    """A part of a controller. One marked as Ausländerbehörde must pass on what § 87 AufenthG names."""

    controller = models.ForeignKey(
        Controller, on_delete=models.PROTECT, related_name="units", verbose_name=_("Verantwortliche Stelle")
    )
    name = models.CharField(_("Name"), max_length=160)
    is_foreigners_authority = models.BooleanField(_("Ausländerbehörde"), default=False)
    sort_key = models.CharField(max_length=200, editable=False)

    objects: ClassVar[Any] = scoped(UnitQuerySet)

    class Meta:
        verbose_name = _("Organisationseinheit")
        ordering = ["controller__sort_key", "sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["controller", "sort_key"], name="one_unit_a_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.name)[:200]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)


class Membership(DistrictModel, VersionedModel):
    """One role of one person in one district for a half-open period; of one controller per district at a time (see `actions`)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("Rolle"), max_length=20, choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    controller = models.ForeignKey(
        Controller, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Verantwortliche Stelle")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True, verbose_name=_("Organisationseinheit")
    )
    municipalities = models.JSONField(default=list, blank=True, help_text="AGS (8 digits) of the places, for the role MUNICIPALITY")
    organisation_uid = models.CharField(
        max_length=22, blank=True, help_text="Uid of a directory.Organisation the person speaks for"
    )
    valid_from = models.DateField(_("Gültig ab"))
    valid_until = models.DateField(_("Gültig bis"), null=True, blank=True, help_text="First day without the role")

    objects: ClassVar[Any] = scoped(MembershipQuerySet)

    class Meta:
        verbose_name = _("Rolle einer Person")
        ordering = ["-valid_from", "role", "pk"]
        indexes = [models.Index(fields=["account", "district"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="membership_lasts_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.valid_from}"

    @property
    def role_label(self) -> Any:
        return role_label(self.role, self.district)

    @property
    def last_day(self) -> date | None:
        """The last day of the role, as people say it; None: no end."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    def state_on(self, day: date) -> MembershipState:
        return membership_state(self.valid_from, self.valid_until, day)


class OpenSession(models.Model):
    """A browser in which a person is logged in: as much as she needs to recognise it, no address, no full user agent."""

    uid = models.CharField(max_length=22, unique=True, default=new_uid, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80, blank=True, help_text="Browser and system in words")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Anmeldung")
        ordering = ["-seen_at", "pk"]

    def __str__(self) -> str:
        return self.device


class SignInService(DistrictModel, VersionedModel):
    """A district's own sign-in service (OpenID Connect); vouches for people in this district alone."""

    label = models.CharField(_("Name auf dem Knopf"), max_length=60)
    issuer = models.CharField(_("Adresse des Anmeldedienstes"), max_length=300)
    client_id = models.CharField(_("Client-ID"), max_length=200)
    sealed_secret = models.CharField(max_length=800, editable=False, help_text="Client secret, encrypted")
    email_domains = models.JSONField(default=list, blank=True, help_text="Accepted domains of the claim `email`; empty: any")
    claim_name = models.CharField(_("Merkmal"), max_length=80, blank=True)
    claim_values = models.JSONField(default=list, blank=True, help_text="Accepted values of that claim")
    trusts_second_factor = models.BooleanField(_("Zweitem Schritt des Dienstes vertrauen"), default=False)
    second_factor_values = models.JSONField(default=list, blank=True, help_text="Values of `amr` or `acr` that mean two factors")
    is_only_way = models.BooleanField(_("Nur mit diesem Dienst"), default=False)
    is_on = models.BooleanField(_("Eingeschaltet"), default=False)

    class Meta:
        verbose_name = _("Anmeldedienst")
        ordering = ["label", "pk"]
        constraints = [models.UniqueConstraint(fields=["district"], name="one_sign_in_service_a_district")]

    def __str__(self) -> str:
        return self.label


class ExternalIdentity(DistrictModel):
    """Who a person is at a sign-in service: the service's own lasting id of her (`sub`), never a mailbox."""

    service = models.ForeignKey(SignInService, on_delete=models.CASCADE, related_name="identities")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="external_identities")
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Verknüpfung mit einem Anmeldedienst")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "subject"], name="one_account_a_subject"),
            models.UniqueConstraint(fields=["service", "account"], name="one_subject_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.account_id}"
