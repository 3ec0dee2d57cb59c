"""The typed settings of one installation, read from the environment. Each key is documented in docs/operations/settings.md."""

import secrets
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bruecke.config.operations.errors import OperatorError

PROJECT_ROOT = Path(__file__).resolve().parents[3]

_SCHEMES = {
    "database_url": ("postgresql", "postgres"),
    "cache_url": ("redis", "rediss", "unix", "valkey"),
    "smtp_url": ("smtp", "smtps", "smtp+starttls"),
}
_KEY_IS_GONE = (
    "Der geheime Schlüssel {path} fehlt, aber es gibt schon eine Datenbank. Bitte holen Sie die Datei aus einer Sicherung zurück "
    "(bruecke restore, oder secret_key von Hand aus dem Archiv). Ist er wirklich verloren: bruecke new-key; dann gelten Codes, "
    "Links und zweite Faktoren nicht mehr."
)
_may_lack_key = False


def bear_missing_key() -> None:
    """For the commands that help when the key is gone: they work with one that nobody keeps."""
    global _may_lack_key  # noqa: PLW0603 - settings are read once, before there is anything to hand this to
    _may_lack_key = True


class Mode(StrEnum):
    """What the process is for. Only `demo`, `development` and `testing` accept demo accounts with fixed TOTP seeds."""

    PRODUCTION = "production"
    DEMO = "demo"
    DEVELOPMENT = "development"
    TESTING = "testing"


class Environment(BaseSettings):
    """`BRUECKE_<FIELD>` in the environment, or the default here."""

    model_config = SettingsConfigDict(env_prefix="BRUECKE_", extra="forbid", frozen=True)

    mode: Mode = Field(Mode.PRODUCTION, description="production, demo, development or testing")
    data_dir: Path = Field(PROJECT_ROOT / "var", description="folder of the SQLite file, uploads, page cache and secret key")
    database_url: str = Field("", description="postgresql://… ; empty means the SQLite file in the data folder")
    cache_url: str = Field("", description="redis://… ; empty means a file cache in the data folder")
    secret_key: str = Field("", description="at least 50 characters; empty means the generated one in the data folder")
    base_url: str = Field("http://localhost:8000", description="the address that links in mails point to")
    allowed_hosts: str = Field("localhost,127.0.0.1", description="host names the server answers to, separated by commas")
    trust_proxy: bool = Field(False, description="believe X-Forwarded-Proto and X-Forwarded-For of the proxy in front")
    smtp_url: str = Field("", description="smtp://user:password@host:port or smtps://… ; empty means mails are kept as files")
    mail_from: str = Field("bruecke@localhost", description="sender address of all mails")
    mailbox_ports: str = Field("143,993", description="ports on which mail servers of function mailboxes may be asked")
    oidc_private_hosts: str = Field("", description="host names of sign-in services that may have an address inside the house")
    recent_login_minutes: int = Field(15, ge=1, le=600, description="how long a proof of identity is good for sensitive steps")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    web_processes: int = Field(1, ge=1, le=32, description="number of web processes of `bruecke serve`")
    static_dir: Path | None = Field(None, description="folder of the collected static files; empty means static in the data folder")
    node_modules: Path = Field(PROJECT_ROOT / "node_modules", description="front-end packages, needed to collect static files")

    @field_validator("base_url")
    @classmethod
    def _base_url_without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("Es muss eine Adresse ohne Pfad sein, zum Beispiel https://bruecke.landkreis.example.org")
        return value

    @field_validator("database_url", "cache_url", "smtp_url")
    @classmethod
    def _scheme_is_known(cls, value: str, info: ValidationInfo) -> str:
        schemes = _SCHEMES[info.field_name or ""]
        if value and urlsplit(value).scheme not in schemes:
            raise ValueError(f"Die Adresse muss mit {' oder '.join(f'{scheme}://' for scheme in schemes)} beginnen")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key_is_long(cls, value: str) -> str:
        if value and len(value) < 50:
            raise ValueError("Der Schlüssel muss mindestens 50 Zeichen lang sein")
        return value

    @field_validator("log_level")
    @classmethod
    def _level_is_known(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("Erlaubt sind DEBUG, INFO, WARNING oder ERROR")
        return value.upper()

    @field_validator("mailbox_ports")
    @classmethod
    def _ports_are_numbers(cls, value: str) -> str:
        ports = [port.strip() for port in value.split(",")]
        if not all(port.isascii() and port.isdigit() and 0 < int(port) < 65536 for port in ports):
            raise ValueError("ports are numbers from 1 to 65535, separated by commas")
        return value

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def allows_demo_accounts(self) -> bool:
        """Fixed TOTP seeds are public knowledge: never in production."""
        return self.mode is not Mode.PRODUCTION

    def read_secret_key(self) -> str:
        """The configured key, or the one generated once into the data folder (mode 0600)."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret_key"
        if not path.exists():
            if (self.data_dir / "bruecke.sqlite3").exists():
                if _may_lack_key:
                    return secrets.token_urlsafe(64)
                raise OperatorError(_KEY_IS_GONE.format(path=path))
            self.make_secret_key()
        key = path.read_text().strip()
        if len(key) < 50:
            raise OperatorError(
                f"Der geheime Schlüssel in {path} ist leer oder abgeschnitten. Bitte holen Sie ihn aus einer Sicherung."
            )
        return key

    def make_secret_key(self) -> Path:
        """A new key in the data folder; one that is there stays. Whole, or not there at all."""
        path = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            temporary.touch(mode=0o600)
            temporary.write_text(secrets.token_urlsafe(64))
            path.hardlink_to(temporary)  # the first of two starting processes wins
        except FileExistsError:
            pass
        finally:
            temporary.unlink(missing_ok=True)
        return path
