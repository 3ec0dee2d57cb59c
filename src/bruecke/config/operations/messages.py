"""The message catalogues: collected from Python and templates with Babel (no gettext needed), and checked.

The source texts are German, so German needs no catalogue. Other languages of the site translate what the public pages can show;
files that only the desk uses are left out, because the desk is always German.
"""

import io
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from bruecke import RELEASE
from bruecke.config.operations.catalogues import babel_name

PACKAGE = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PUBLIC = (
    "core/cleaning.py",
    "core/errors.py",
    "core/files.py",
    "core/schedules/*",
    "ui/*",
    "places/*",
    "vocabulary/*",
    "directory/views/public.py",
    "staffing/hooks/public.py",
    "staffing/queries/hours.py",
    "staffing/queries/public.py",
    "staffing/queries/responsible.py",
    "staffing/exports/calendars.py",
    "staffing/views/contacts.py",
    "staffing/views/embed.py",
    "staffing/views/public.py",
    "staffing/templates/staffing/_embed.html",
    "staffing/templates/staffing/contacts.html",
    "staffing/templates/staffing/embed_*.html",
    "staffing/templates/staffing/sheet_stop.html",
    "staffing/templates/staffing/_finding.html",
    "staffing/templates/staffing/_map.html",
    "staffing/templates/staffing/all_hours.html",
    "staffing/templates/staffing/find.html",
    "staffing/templates/staffing/place.html",
    "enquiries/actions/*",
    "enquiries/forms/attaching.py",
    "enquiries/forms/helping.py",
    "enquiries/forms/languages.py",
    "enquiries/forms/public.py",
    "enquiries/hooks/*",
    "enquiries/models/*",
    "enquiries/forms/referral.py",
    "enquiries/queries/attachments.py",
    "enquiries/queries/helping.py",
    "enquiries/queries/referrals.py",
    "enquiries/queries/resident.py",
    "enquiries/queries/routing.py",
    "enquiries/queries/subject.py",
    "enquiries/states.py",
    "enquiries/views/ask.py",
    "enquiries/views/attaching.py",
    "enquiries/views/helping.py",
    "enquiries/views/provider.py",
    "enquiries/views/status.py",
    "enquiries/templates/enquiries/*",
    "offers/actions/*",
    "offers/forms/provider.py",
    "offers/forms/public.py",
    "offers/hooks.py",
    "offers/models.py",
    "offers/queries/*",
    "offers/templates/*",
    "offers/views/provider.py",
    "offers/views/public.py",
    "offers/views/showing.py",
    "web/forms.py",
    "web/hooks.py",
    "web/templates/*",
    "web/views/errors.py",
    "web/views/public.py",
)
DESK_ONLY = (
    "*/desk/*",
    "*/desk.py",
    "*/_desk_*",
    "*/layouts/desk.html",
    "*/components/conflict.html",
    "*/components/draft_line.html",
    "*/components/filter_bar.html",
    "offers/actions/editing.py",
    "offers/actions/life.py",
    "offers/actions/mails.py",
    "offers/queries/todos.py",
    "*/figures.py",
    "*/hooks/sheets.py",
    "*/queries/sheets.py",
    "*/imports.py",
    "*/imports/*",
    "enquiries/actions/choosing.py",
    "enquiries/actions/deputising.py",
    "enquiries/actions/handing_on.py",
    "enquiries/actions/escalating.py",
    "enquiries/actions/mailboxes/editing.py",
    "enquiries/actions/referral_mails.py",
    "enquiries/actions/tallying.py",
    "enquiries/hooks/cards.py",
    "enquiries/hooks/deputies.py",
    "enquiries/hooks/hand_over.py",
    "enquiries/hooks/privacy.py",
    "enquiries/hooks/mailboxes.py",
    "enquiries/hooks/tally.py",
    "enquiries/models/doors.py",
    "enquiries/templates/enquiries/mailboxes/*",
    "enquiries/templates/enquiries/referral/_panel.html",
    "enquiries/templates/enquiries/referral/_step.html",
    "enquiries/templates/enquiries/referral/_suggestion.html",
    "enquiries/templates/enquiries/referral/detail.html",
    "enquiries/templates/enquiries/referral/form.html",
    "enquiries/templates/enquiries/referral/list.html",
    "enquiries/templates/enquiries/referral/refer.html",
    "enquiries/templates/enquiries/referral/revoke.html",
    "enquiries/templates/enquiries/referral/suggestions.html",
    "enquiries/templates/enquiries/referral/unmet.html",
    "enquiries/templates/enquiries/tally/*",
    "offers/actions/taking_over.py",
    "offers/queries/cards.py",
    "offers/queries/finding.py",
    "offers/queries/hand_over.py",
    "offers/queries/subject.py",
    "ui/templates/ui/components/kept_views.html",
    "*/importers/*",
    "vocabulary/actions.py",
    "vocabulary/forms.py",
    "vocabulary/hooks.py",
    "vocabulary/templates/*",
    "vocabulary/views.py",
    "web/forms.py",
    "web/templates/web/cards.html",
    "web/templates/web/choose_district.html",
    "web/templates/web/saved_view.html",
    "web/templates/web/search.html",
    "web/templates/web/today.html",
)
ON_NO_PAGE = ("*/gallery/*", "*/demo.py", "*/demo/*", "*/tests/*", "*/migrations/*")
LOCALE = PACKAGE / "locale"


def _is_public(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in PUBLIC) and not any(fnmatch(name, pattern) for pattern in DESK_ONLY)


def sources(*, desk: bool = False) -> Iterator[Path]:
    """Python files and templates whose texts a public page may show; with `desk` those of the desk too."""
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt"), *PACKAGE.rglob("*.svg")]):
        name = path.relative_to(PACKAGE).as_posix()
        if "/static/" in name or "/data/" in name or any(fnmatch(name, pattern) for pattern in ON_NO_PAGE):
            continue
        if desk or _is_public(name):
            yield path


def collect(*, desk: bool = False) -> Catalog:
    """All messages with the files they stand in (without line numbers, so that catalogues change only when texts do)."""
    catalogue = Catalog(charset="utf-8")
    for path in sources(desk=desk):
        name = path.relative_to(PACKAGE).as_posix()
        text = path.read_text()
        if path.suffix != ".py":
            if "{%" not in text:
                continue
            text = "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines())
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in found:
            catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != "de"]


def _path(lang: str) -> Path:
    return LOCALE / lang / "LC_MESSAGES" / "django.po"


def _read(lang: str) -> Catalog:
    path = _path(lang)
    if not path.exists():
        return Catalog(locale=babel_name(lang), charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=babel_name(lang))


def update() -> None:
    """Bring every catalogue up to date: new messages empty, old translations kept, stale ones dropped."""
    template = collect()
    for lang in languages():
        catalogue = _read(lang)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        catalogue.project, catalogue.version = "Brücke", RELEASE
        catalogue.copyright_holder = "Brücke contributors"
        catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
        catalogue.revision_date = catalogue.creation_date
        catalogue.header_comment = f"# Texts of the public pages in language {lang}; the source texts are German."
        path = _path(lang)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False, ignore_obsolete=True)


def problems() -> list[str]:
    """What is missing, empty, fuzzy or stale, one line each."""
    template = collect()
    wanted = {(message.context, message.id) for message in template if message.id}
    found = []
    for lang in languages():
        catalogue = _read(lang)
        known = {(message.context, message.id): message for message in catalogue if message.id}
        found += [f"{lang}: missing: {key[1]!r}" for key in sorted(wanted - set(known), key=str)]
        found += [f"{lang}: stale: {key[1]!r}" for key in sorted(set(known) - wanted, key=str)]
        for key, message in known.items():
            texts = message.string if isinstance(message.string, tuple | list) else [message.string]
            if message.fuzzy or not all(texts):
                found.append(f"{lang}: empty or fuzzy: {key[1]!r}")
            else:
                found += [f"{lang}: {error}" for error in message.check(catalogue)]
    return found


def main() -> int:
    if "--check" not in sys.argv:
        update()
        return 0
    found = problems()
    for line in found:
        print(line)
    print(f"catalogues: {len(list(collect()))} messages, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(main())
