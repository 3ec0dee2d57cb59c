"""Languages of the public pages as their speakers write them. Names are never translated; direction comes along."""

from dataclasses import dataclass

from django.conf.locale import LANG_INFO

_NATIVE = {
    "de": "Deutsch",
    "ar": "العربية",
    "bg": "Български",
    "bs": "Bosanski",
    "ckb": "کوردی",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "hr": "Hrvatski",
    "ka": "ქართული",
    "kmr": "Kurdî",
    "pl": "Polski",
    "prs": "دری",
    "ps": "پښتو",
    "ro": "Română",
    "ru": "Русский",
    "so": "Soomaali",
    "sq": "Shqip",
    "sr": "Srpski",
    "ti": "ትግርኛ",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
_RIGHT_TO_LEFT = {"ar", "ckb", "fa", "he", "prs", "ps", "ur"}


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    direction: str
    url: str
    is_current: bool


def native_name(code: str) -> str:
    """How the language calls itself; the code when nobody wrote it down."""
    return _NATIVE.get(code) or LANG_INFO.get(code, {}).get("name_local", code)


def direction_of(code: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if code.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT else "ltr"
