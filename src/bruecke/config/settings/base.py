"""Django settings of a running installation, derived from the typed environment in `bruecke.config.env`."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from bruecke.config.env import Environment, Mode

ENV = Environment()

BASE_DIR = Path(__file__).resolve().parents[2]  # the package `bruecke`
SECRET_KEY = ENV.read_secret_key()
DEBUG = ENV.mode is Mode.DEVELOPMENT
ALLOWED_HOSTS = [host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()]
BASE_URL = ENV.base_url
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "bruecke.web",
    "bruecke.interop",
    "bruecke.reporting",
    "bruecke.enquiries",
    "bruecke.offers",
    "bruecke.staffing",
    "bruecke.directory",
    "bruecke.privacy",
    "bruecke.accounts",
    "bruecke.places",
    "bruecke.vocabulary",
    "bruecke.ui",
    "bruecke.core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "template_partials",
    "django_htmx",
    "simple_history",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

# `Doors` decides first whether an address is public; what follows it works at the desk alone.
MIDDLEWARE = [
    "bruecke.core.middleware.RequestLog",
    "bruecke.interop.middleware.ApiDoor",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "bruecke.core.middleware.Doors",
    "bruecke.core.middleware.DeskSession",
    "bruecke.core.middleware.DeskCsrf",
    "bruecke.core.middleware.DeskAuthentication",
    "bruecke.core.middleware.DeskMessages",
    "bruecke.core.middleware.DeskHtmx",
    "allauth.account.middleware.AccountMiddleware",  # touches the session in allauth's own views only
    "bruecke.accounts.middleware.DeskGate",
]

ROOT_URLCONF = "bruecke.config.urls"
WSGI_APPLICATION = "bruecke.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "bruecke.ui.context.layout",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "bruecke.ui.templatetags.ui",
            ],
        },
    },
]


def database_from(url: str) -> dict[str, Any]:
    """The entry of `DATABASES` for an address; empty: the SQLite file in the data folder."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ENV.data_dir / "bruecke.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "cached_statements": 1000,  # of the mapper's queries far more are in use than the 128 that stay by default
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-16000; PRAGMA secure_delete=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # The name tells a restore that somebody still works with the database.
        "OPTIONS": {"application_name": "bruecke", **dict(parse_qsl(parts.query))},
    }


DATABASES = {"default": database_from(ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if ENV.cache_url:
    CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "bruecke.core.caches.BearingRedisCache", "LOCATION": ENV.cache_url}}
else:
    CACHES = {
        "default": {
            "BACKEND": "bruecke.core.caches.BearingFileCache",
            "LOCATION": ENV.data_dir / "cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        },
    }

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts exist by invitation only; the invitation proves the mailbox
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "bruecke.accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # the adapter counts with `core.ratelimit`, shared by all processes and keyed by hashes
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
MFA_ADAPTER = "bruecke.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Brücke"
RECENT_LOGIN_MINUTES = ENV.recent_login_minutes
OIDC_PRIVATE_HOSTS = frozenset(host.strip().lower() for host in ENV.oidc_private_hosts.split(",") if host.strip())
OIDC_ALLOWS_LOOPBACK = ENV.mode in {Mode.DEVELOPMENT, Mode.TESTING}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/intern/"
LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "bruecke.web.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_SSL_REDIRECT = False  # the proxy or granian itself decides
X_FRAME_OPTIONS = "DENY"
if ENV.trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUST_PROXY = ENV.trust_proxy

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}

LANGUAGE_CODE = "de"
LANGUAGES = [
    ("de", _("Deutsch")),
    ("en", _("Englisch")),
    ("uk", _("Ukrainisch")),
    ("ar", _("Arabisch")),
    ("ru", _("Russisch")),
    ("prs", _("Dari")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
FORMAT_MODULE_PATH = ["bruecke.ui.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_dir or ENV.data_dir / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "bruecke.ui.finders.NodePackagesFinder",
]
REGISTER_MEMO_SECONDS = 30  # how long a process may believe that no import changed vocabulary and places
DISTRICT_MEMO_SECONDS = 0.3  # how long a process may believe that a district's public pages did not change

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.data_dir / "media", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
NODE_MODULES = ENV.node_modules
MEDIA_ROOT = ENV.data_dir / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # a form body without files; longer ones are refused before they are parsed
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_PERMISSIONS = 0o600

MAIL_DIR = ENV.data_dir / "mail"
DEFAULT_FROM_EMAIL = ENV.mail_from
SMTP_URL = ENV.smtp_url
MAILBOX_PORTS = frozenset(int(port) for port in ENV.mailbox_ports.split(","))

LOGGING_CONFIG = "bruecke.config.logs.configure"
LOGGING = {"level": ENV.log_level}

ALLOWS_DEMO_ACCOUNTS = ENV.allows_demo_accounts
DEVELOPMENT_PAGES = ENV.mode in {Mode.DEVELOPMENT, Mode.TESTING}
DATA_DIR = ENV.data_dir
SILENCED_SYSTEM_CHECKS: list[str] = []
