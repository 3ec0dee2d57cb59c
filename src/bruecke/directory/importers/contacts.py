"""A list of contacts taken over: each row is a person, her organisation is found by its folded name or made."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.errors import BrueckeError, NotAllowed, WrongState
from bruecke.core.folding import find_key, sort_key
from bruecke.core.models import District, RowDecision
from bruecke.core.registries import ImportContext, ImportField, ImportKind, ParsedRow, Problem
from bruecke.core.viewer import Viewer
from bruecke.directory import actions, rules
from bruecke.directory.importers.vcards import read_contacts
from bruecke.directory.models import ContactPerson, Organisation, OrganisationKind
from bruecke.vocabulary import queries as vocabulary

ROWS_A_STEP = 20
LIMITS = {"name": 160, "organisation": 160, "function": 120, "email": 254, "phone": 40, "mobile": 40, "note": 1000}
_SALUTATIONS = frozenset({"herr", "herrn", "frau", "fraeulein", "mr", "mrs", "ms", "miss", "divers", "firma"})
_TITLES = frozenset({"dr", "prof", "med", "phil", "jur", "dipl", "ing", "mag"})
_SEPARATORS = re.compile(r"[,;/|\n]|\s+und\s+")
_KINDS = (
    (OrganisationKind.TOWN, re.compile(r"\b(stadtverwaltung|gemeindeverwaltung|stadt|gemeinde|rathaus)\b")),
    (OrganisationKind.SCHOOL, re.compile(r"\w*(schule|gymnasium)\b")),
    (OrganisationKind.KITA, re.compile(r"\b(kita|kindertagesstaette|kindergarten|hort)\b")),
    (OrganisationKind.AUTHORITY, re.compile(r"\b(landratsamt|jobcenter|landkreis|polizei\w*|bundesamt|\w+amt)\b")),
    (OrganisationKind.WELFARE, re.compile(r"\b(caritas\w*|diakonie\w*|awo|arbeiterwohlfahrt|drk|johanniter\w*|malteser\w*)\b")),
    (OrganisationKind.RELIGIOUS, re.compile(r"\b(\w*kirch\w*|pfarr\w*|moschee\w*)\b")),
    (OrganisationKind.LIBRARY, re.compile(r"\w*bibliothek\b")),
    (OrganisationKind.HEALTH, re.compile(r"\b(klinik\w*|krankenhaus|praxis|\w*praxis|apotheke)\b")),
    (OrganisationKind.EDUCATION, re.compile(r"\b(volkshochschule|vhs|bildungs\w*)\b")),
    (OrganisationKind.SPORTS, re.compile(r"\b(sportverein|sv|tsv|fc|sportbund|kreissportbund)\b")),
    (OrganisationKind.FOUNDATION, re.compile(r"\w*stiftung\b")),
    (OrganisationKind.ASSOCIATION, re.compile(r"\be v\b|verein\b")),
    (OrganisationKind.COMPANY, re.compile(r"\b(gmbh|ggmbh|ag|kg|ohg|ug)\b")),
)


def _field(key: str, label: object, names: tuple[str, ...], hint: object = "", example: str = "", **more: Any) -> ImportField:
    return ImportField(key, label, names=names, hint=hint, example=example, **more)


FIELDS = (
    _field("first_name", gettext_lazy("Vorname"), ("First Name", "Given Name", "Vornamen"), "", "Änne"),
    _field(
        "last_name", gettext_lazy("Nachname"), ("Last Name", "Surname", "Family Name", "Familienname", "Zuname"), "", "Beispiel"
    ),
    _field(
        "name",
        gettext_lazy("Name"),
        ("Ansprechperson", "Ansprechpartner", "Ansprechpartnerin", "Kontaktperson", "Full Name", "Display Name", "Anzeigename"),
        gettext_lazy("Der ganze Name, wenn Vor- und Nachname nicht in eigenen Spalten stehen."),
    ),
    _field(
        "organisation",
        gettext_lazy("Organisation"),
        ("Firma", "Company", "Organization", "Organization Name", "Träger", "Verein", "Einrichtung", "Institution", "Behörde"),
        gettext_lazy("Gibt es sie noch nicht, wird sie angelegt."),
        "Begegnungsverein Musterstadt e. V.",
        is_required=True,
    ),
    _field(
        "function",
        gettext_lazy("Funktion"),
        ("Position", "Job Title", "Rolle", "Aufgabe", "Tätigkeit", "Stelle", "Organization Title"),
        "",
        "Leitung Sprachcafé",
    ),
    _field(
        "email",
        gettext_lazy("E-Mail"),
        ("E-Mail-Adresse", "E-mail Address", "Email", "Mail", "E-Mail 1", "E-mail 1 - Value", "E-Mail geschäftlich", "Mailadresse"),
        "",
        "aenne.beispiel@verein.example.org",
    ),
    _field(
        "phone",
        gettext_lazy("Telefon"),
        (
            "Telefon geschäftlich",
            "Business Phone",
            "Tel.",
            "Rufnummer",
            "Telefonnummer",
            "Phone",
            "Phone 1 - Value",
            "Festnetz",
            "Telefon Firma",
            "Company Main Phone",
            "Telefon (geschäftlich)",
            "Primary Phone",
        ),
        "",
        "+49 30 23125 240",
    ),
    _field("mobile", gettext_lazy("Mobiltelefon"), ("Mobile Phone", "Handy", "Mobil", "Handynummer", "Mobilnummer", "Mobile")),
    _field("department", gettext_lazy("Abteilung"), ("Department", "Referat", "Sachgebiet", "Bereich")),
    _field("title", gettext_lazy("Titel"), ("Anrede", "Title", "Akademischer Grad"), gettext_lazy("Zum Beispiel Dr."), ""),
    _field(
        "kind",
        gettext_lazy("Art der Organisation"),
        ("Organisationsart", "Organisationstyp"),
        gettext_lazy(
            "Nur für neue Organisationen, zum Beispiel Verein, Behörde, Schule. Leer: wird am Namen erkannt, sonst „Andere“."
        ),
        "Verein",
    ),
    _field(
        "languages",
        gettext_lazy("Sprachen"),
        ("Sprache", "Languages", "Language", "Sprachkenntnisse"),
        gettext_lazy("Mehrere mit Komma trennen."),
        "Deutsch, Arabisch",
    ),
    _field(
        "note",
        gettext_lazy("Interne Anmerkung"),
        ("Anmerkung", "Anmerkungen", "Notizen", "Notes", "Notiz", "Bemerkung", "Bemerkungen", "Kommentar"),
        gettext_lazy("Wird nie öffentlich gezeigt."),
    ),
)


# --- understanding a row ---------------------------------------------------------------------------------------------------


def parse_row(cells: Mapping[str, str], context: ImportContext) -> ParsedRow:
    """What a row says. Empty cells leave what is there; nobody is released by a table."""
    given = {key: _line(value) for key, value in cells.items() if key != "note"}
    values: dict[str, Any] = {"name": _full_name(given), "organisation": given.get("organisation", "")}
    values["function"] = ", ".join(part for part in (given.get("function", ""), given.get("department", "")) if part)
    values |= {key: given.get(key, "") for key in ("phone", "mobile")}
    values["email"] = given.get("email", "").lower()
    values["note"] = cells.get("note", "").strip()
    problems = _problems(values)
    values["kind"] = _kind(given.get("kind", ""), problems)
    values["languages"] = _languages(given.get("languages", ""), context, problems)
    kept = {key: value for key, value in values.items() if value}
    found = Found.of(values) if values["name"] and values["organisation"] and not problems else Found()
    problems += found.problems()
    decision = RowDecision.CREATE if found.contact is None else RowDecision.UPDATE if _differs(found, kept) else RowDecision.SKIP
    return ParsedRow(
        values=kept,
        problems=tuple(problems),
        key=_key(values),
        decision=decision,
        about_uid=found.contact.uid if found.contact else "",
        title=values["name"] or values["organisation"],
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _full_name(given: Mapping[str, str]) -> str:
    """First and last name, else the whole one; "Beispiel, Änne" is turned round; a title stands before, a salutation does not."""
    name = f"{given.get('first_name', '')} {given.get('last_name', '')}".strip() or given.get("name", "")
    last, comma, first = name.partition(",")
    if comma and first.strip() and "," not in first:
        name = f"{first.strip()} {last.strip()}"
    title = given.get("title", "")
    words = [word for word in title.split() if find_key(word) not in _SALUTATIONS]
    title = " ".join(words)
    return f"{title} {name}" if name and title and not name.startswith(title) else name


def _problems(values: Mapping[str, Any]) -> list[Problem]:
    found = []
    if not values["name"]:
        found.append(Problem(_("Bitte geben Sie den Namen der Person an."), "name"))
    elif not sort_key(values["name"]):
        found.append(Problem(_("Das ist kein Name."), "name"))
    elif find_key(values["name"]) == find_key(values["organisation"]):
        found.append(Problem(_("Hier steht der Name der Organisation. Bitte geben Sie eine Person an."), "name"))
    if not values["organisation"]:
        found.append(Problem(_("Bitte geben Sie die Organisation an."), "organisation"))
    elif not sort_key(values["organisation"]):
        found.append(Problem(_("Das ist kein Name einer Organisation."), "organisation"))
    if values["email"] and not _is_mail(values["email"]):
        found.append(Problem(_("Das ist keine E-Mail-Adresse. Erwartet wird etwas wie name@example.org."), "email"))
    found += [
        Problem(_("Das ist keine Telefonnummer."), key)
        for key in ("phone", "mobile")
        if values[key] and sum(sign.isdigit() for sign in values[key]) < 3
    ]
    for key, limit in LIMITS.items():
        if len(values[key]) > limit:
            found.append(Problem(_("Das ist zu lang. Erlaubt sind höchstens %(limit)s Zeichen.") % {"limit": limit}, key))
    return found


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _kind(text: str, problems: list[Problem]) -> str:
    if not text:
        return ""
    known = {find_key(str(label)): kind.value for kind, label in ((one, one.label) for one in OrganisationKind)}
    known |= {kind.value: kind.value for kind in OrganisationKind}
    kind = known.get(find_key(text), "")
    if not kind:
        problems.append(Problem(_("Diese Art von Organisation gibt es nicht. Möglich ist zum Beispiel „Verein“."), "kind"))
    return kind


def _languages(text: str, context: ImportContext, problems: list[Problem]) -> list[str]:
    """Codes of the languages named by German word, own name or code."""
    if "languages" not in context.memo:
        context.memo["languages"] = _known_languages()
    known: dict[str, str] = context.memo["languages"]
    codes: list[str] = []
    for word in _SEPARATORS.split(text):
        if not find_key(word):
            continue
        code = known.get(find_key(word)) or known.get(find_key(word).split()[0])
        if code is None:
            problems.append(Problem(_("Diese Sprache ist nicht bekannt: %(word)s") % {"word": word.strip()[:40]}, "languages"))
        elif code not in codes:
            codes.append(code)
    return codes


def _known_languages() -> dict[str, str]:
    known: dict[str, str] = {}
    for language in vocabulary.languages():
        for word in (language.code, language.native_name, language.labels.get("de", ""), language.labels.get("en", "")):
            if find_key(word):
                known.setdefault(find_key(word), language.code)
    return known


def _key(values: Mapping[str, Any]) -> str:
    """Tells persons of one file apart: the address with initial and last name, else organisation and name."""
    name = sort_key(values["name"])
    if not name:
        return ""
    if values["email"]:
        return f"{_short(values['name'])}|{values['email']}"[:200]
    return f"{name}|{sort_key(values['organisation'])}"[:200]


def _short(name: str) -> str:
    """Initial and last name without titles: colleagues and couples share mailboxes, and one person is spelled in two ways."""
    words = [word for word in find_key(name).split() if word not in _TITLES]
    return f"{words[0][0]} {words[-1]}" if words else ""


# --- what is there already --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Found:
    """The organisation and the person that a row means, as far as they are there."""

    organisation: Organisation | None = None
    contact: ContactPerson | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Found":
        """The person by organisation and name, else by mail address, initial and last name. At most three queries."""
        organisation = _latest(Organisation.objects.filter(sort_key=sort_key(values["organisation"])[:200]))
        contact = None
        if organisation is not None:
            contact = _latest(ContactPerson.objects.filter(organisation=organisation, sort_key=sort_key(values["name"])[:200]))
        if contact is None and values.get("email"):
            short = _short(values["name"])
            rows = ContactPerson.objects.filter(email=values["email"]).select_related("organisation")
            same = [row for row in rows.order_by("pk") if _short(row.name) == short]
            contact = next((row for row in same if not row.is_archived), same[0] if same else None)
        return cls(organisation, contact)

    def problems(self) -> list[Problem]:
        if self.organisation is not None and self.organisation.is_archived:
            text = _("Diese Organisation ist archiviert. Holen Sie sie zuerst zurück, oder lassen Sie die Zeile weg.")
            return [Problem(text, "organisation")]
        if self.contact is not None and (self.contact.is_archived or self.contact.organisation.is_archived):
            text = _("Diese Person ist archiviert. Holen Sie sie zuerst zurück, oder lassen Sie die Zeile weg.")
            return [Problem(text, "name")]
        return []


def _latest(rows: Any) -> Any:
    """The one in use, else an archived one."""
    found = list(rows.order_by("pk"))
    return next((row for row in found if not row.is_archived), found[0] if found else None)


def _differs(found: Found, values: Mapping[str, Any]) -> bool:
    if found.contact is None or found.organisation is None or found.contact.organisation_id != found.organisation.pk:
        return True
    told = {key: value for key, value in values.items() if key not in {"organisation", "kind"}}
    return any(getattr(found.contact, key) != value for key, value in told.items())


# --- taking over -------------------------------------------------------------------------------------------------------------


def apply_rows(rows: Sequence[Mapping[str, Any]], *, district: District, viewer: Viewer, now: datetime) -> None:
    """Create and change what the rows say; a row that is there already changes nothing.

    Raises: NotAllowed, WrongState with the name of the person.
    """
    for row in rows:
        try:
            _apply(row, district, viewer, now)
        except NotAllowed:
            raise
        except BrueckeError as error:
            raise WrongState(_("„%(name)s“: %(message)s") % {"name": row["name"], "message": error}) from error


def _apply(row: Mapping[str, Any], district: District, viewer: Viewer, now: datetime) -> None:
    found = Found.of(row)
    organisation = found.organisation
    if organisation is None:
        values = {"name": row["organisation"], "kind": row.get("kind") or kind_by_name(row["organisation"])}
        organisation = actions.create_organisation(district=district, values=values, viewer=viewer, now=now)
    values = {key: value for key, value in row.items() if key not in {"organisation", "kind"}}
    if found.contact is None:
        actions.create_contact(organisation=organisation, values=values, viewer=viewer, now=now)
    else:
        given = {**values, "organisation": organisation}
        actions.edit_contact(contact=found.contact, values=given, version=None, viewer=viewer, now=now)


def kind_by_name(name: str) -> str:
    """The kind of an organisation as its name tells it ("… e. V.", "Grundschule …"), else OTHER."""
    words = find_key(name)
    return next((kind.value for kind, pattern in _KINDS if pattern.search(words)), OrganisationKind.OTHER.value)


CONTACTS = ImportKind(
    key=actions.IMPORT_KIND,
    label=gettext_lazy("Ansprechpersonen"),
    fields=FIELDS,
    parse_row=parse_row,
    apply_rows=apply_rows,
    may_import=rules.can_keep_contacts,
    is_personal=True,
    read=read_contacts,
    endings=(".xlsx", ".csv", ".txt", ".tsv", ".vcf"),
    accepts=gettext_lazy("Excel (.xlsx), CSV (auch aus Outlook) oder Visitenkarten (.vcf), höchstens 10 MB und 20.000 Zeilen"),
    batch_size=ROWS_A_STEP,
)
