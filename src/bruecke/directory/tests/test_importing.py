"""A list of contacts on the first day: what real programs write, what a second time changes, what harm does not do."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core import imports, jobs
from bruecke.core.errors import Invalid
from bruecke.core.models import AuditEntry, ImportState
from bruecke.core.registries import ImportContext
from bruecke.core.sheets import write_csv
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions, exports, queries
from bruecke.directory.importers import CONTACTS
from bruecke.directory.importers.contacts import kind_by_name, parse_row
from bruecke.directory.importers.vcards import read_contacts
from bruecke.directory.models import ContactPerson, Organisation
from bruecke.directory.tests.factories import make_contact, make_organisation
from bruecke.directory.tests.test_vcards import APPLE, FOUR, OUTLOOK
from bruecke.vocabulary.importers import load_shipped_vocabulary

OUTLOOK_DE = (
    '"Anrede","Vorname","Weitere Vornamen","Nachname","Suffix","Firma","Abteilung","Position","Straße geschäftlich",'
    '"Fax geschäftlich","Telefon Assistent","Telefon geschäftlich","Telefon geschäftlich 2","Mobiltelefon","Telefon (privat)",'
    '"E-Mail-Adresse","E-Mail-Typ","E-Mail: Angezeigter Name","E-Mail 2: Adresse","Geburtstag","Kategorien","Notizen"\r\n'
    '"Frau","Änne","","Beispiel","","Bürgertreff Müglitz e. V.","Beratung","Leitung","Beispielweg 1","1","2","+49 30 23125-1",'
    '"3","0170 23125","4","Aenne@Example.org","SMTP","Änne B.","x@example.org","1.1.1970","Rot","Ruft gern zurück"\r\n'
)
OUTLOOK_EN = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Fax,Business Phone,"
    "Business Phone 2,Home Phone,Mobile Phone,Birthday,E-mail Address,E-mail Type,E-mail Display Name,Notes,Web Page\r\n"
    "Dr.,Jan,,Nowak,,Grundschule Heidenau,,Head,x,1,+49 30 23125-2,3,4,0171 23125,1/1/1970,jan@example.org,SMTP,Jan,Hello,x\r\n"
)
SIMPLE = "Ansprechpartner;Verein;Tel.;E-Mail\n"
AENNE = "Beispiel, Änne;Bürgertreff;030 23125;aenne@example.org\n"


@pytest.fixture
def office(scene):
    load_shipped_vocabulary(NOW)
    return scene


@pytest.fixture
def system(office):
    return Viewer.system("test", office.district.pk)


def run_jobs():
    while jobs.run_next(NOW):
        pass


def checked(office, content, name="kontakte.csv"):
    """The file after the check of its rows, columns as they were guessed."""
    viewer = Viewer.system("test", office.district.pk)
    data = content.encode() if isinstance(content, str) else content
    read = imports.read_file(io.BytesIO(data), name, CONTACTS.read)
    batch = imports.start_batch(kind=CONTACTS.key, read=read, district=office.district, viewer=viewer, now=NOW)
    imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=viewer, now=NOW)
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED, batch.failure
    return batch


def taken(office, content, name="kontakte.csv"):
    batch = checked(office, content, name)
    viewer = Viewer.system("test", office.district.pk)
    if batch.clean_count:
        imports.run_batch(batch=batch, leave_out_faulty=True, viewer=viewer, now=NOW)
        run_jobs()
        batch.refresh_from_db()
        assert batch.state == ImportState.DONE, batch.failure
    return batch


def problems(batch):
    return [(line.row, line.column, line.message) for line in imports.problem_lines(batch)]


def people():
    rows = ContactPerson.objects.select_related("organisation").order_by("sort_key")
    return [(row.name, row.organisation.name, row.function, row.email, row.phone, row.mobile, row.note) for row in rows]


# --- what programs write --------------------------------------------------------------------------------------------------


def test_outlook_in_german_and_english(office):
    expected = {
        OUTLOOK_DE: [
            *("Änne Beispiel", "Bürgertreff Müglitz e. V.", "Leitung, Beratung"),
            *("aenne@example.org", "+49 30 23125-1", "0170 23125", "Ruft gern zurück"),
        ],
        OUTLOOK_EN: [
            *("Dr. Jan Nowak", "Grundschule Heidenau", "Head"),
            *("jan@example.org", "+49 30 23125-2", "0171 23125", "Hello"),
        ],
    }
    for content, wanted in expected.items():
        ContactPerson.objects.all().delete()
        taken(office, content)
        assert people() == [tuple(wanted)]
    assert dict(Organisation.objects.values_list("name", "kind")) == {
        "Bürgertreff Müglitz e. V.": "association",
        "Grundschule Heidenau": "school",
    }


def test_latin_1_with_semicolons(office):
    taken(office, (SIMPLE + AENNE).encode("latin-1"))
    assert people() == [("Änne Beispiel", "Bürgertreff", "", "aenne@example.org", "030 23125", "", "")]


def test_excel_with_a_merged_header_and_formulas(office):
    book = Workbook()
    sheet = book.active
    sheet.append(["Netzwerkliste 2026"])
    sheet.append(["Person", None, "Erreichbar", None])
    sheet.append(["Name", "Firma", "Telefon", "E-Mail"])
    sheet.append(["Änne Beispiel", "Bürgertreff", "030 23125", '=HYPERLINK("http://example.org","x")'])
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A2:B2")
    sheet.merge_cells("C2:D2")
    stream = io.BytesIO()
    book.save(stream)
    batch = checked(office, stream.getvalue(), "liste.xlsx")
    assert batch.header == ["Name", "Firma", "Telefon", "E-Mail"]
    assert "D4 enthält eine Formel" in batch.warnings[0]
    taken(office, stream.getvalue(), "liste.xlsx")
    assert people() == [("Änne Beispiel", "Bürgertreff", "", "", "030 23125", "", "")]


def test_visiting_cards_of_three_versions(office):
    taken(office, OUTLOOK + APPLE.encode() + FOUR.encode(), "kontakte.vcf")
    assert [row[:3] for row in people()] == [
        ("Dr. Änne Müller", "Bürgertreff Müglitz", "Leitung, Beratung"),
        ("Jan Maria Nowak", "Sportverein Heidenau, e. V.", ""),
        ("Olena Приклад", "Begegnung", "Sprachmittlung"),
    ]
    assert ContactPerson.objects.get(email="olena@example.org").languages == ["uk", "de"]


def test_nobody_becomes_public_by_a_table(office):
    taken(office, SIMPLE.replace("Tel.", "öffentlich") + AENNE.replace("030 23125", "ja"))
    assert not ContactPerson.objects.get().is_released


# --- again and again --------------------------------------------------------------------------------------------------------


def test_a_second_time_changes_nothing(office):
    taken(office, OUTLOOK_DE)
    before = (people(), Organisation.objects.count(), ContactPerson.history.count())
    batch = checked(office, OUTLOOK_DE)
    assert batch.counts == {"skip": 1}
    assert (people(), Organisation.objects.count(), ContactPerson.history.count()) == before


def test_a_row_that_was_applied_is_applied_again_without_harm(office, system):
    """The work is resumed after a kill: rows may come twice."""
    values = [{"name": "Änne Beispiel", "organisation": "Neuer Verein", "email": "a@example.org"}]
    for _time in range(2):
        CONTACTS.apply_rows(values, district=office.district, viewer=system, now=NOW)
    assert (ContactPerson.objects.count(), Organisation.objects.count(), ContactPerson.history.count()) == (1, 1, 1)


def test_empty_cells_leave_what_is_there(office):
    organisation = make_organisation(office.district, name="Bürgertreff")
    make_contact(organisation, name="Änne Beispiel", phone="1234", function="Leitung", languages=["ar"], note="intern")
    taken(office, SIMPLE + "Änne Beispiel;BÜRGERTREFF;;neu@example.org\n")
    assert people() == [("Änne Beispiel", "Bürgertreff", "Leitung", "neu@example.org", "1234", "", "intern")]
    assert ContactPerson.objects.get().languages == ["ar"]


def test_the_address_finds_a_person_whose_organisation_is_spelled_otherwise(office):
    make_contact(make_organisation(office.district, name="Caritas Pirna"), name="Dr. A. Beispiel", email="aenne@example.org")
    taken(office, SIMPLE + AENNE)
    assert [row[:2] for row in people()] == [("Änne Beispiel", "Bürgertreff")]


def test_a_shared_mailbox_does_not_make_two_people_one(office):
    taken(office, SIMPLE + "Jan Nowak;Verein A;;post@example.org\nÄnne Nowak;Verein A;;post@example.org\n")
    assert [row[0] for row in people()] == ["Änne Nowak", "Jan Nowak"]
    assert checked(office, SIMPLE + "Jan Nowak;Verein A;;post@example.org\n").counts == {"skip": 1}


def test_an_export_comes_back_without_a_change(office, system):
    taken(office, OUTLOOK_DE + OUTLOOK_DE.splitlines()[1].replace("Änne", "Jan").replace("Aenne", "jan"))
    columns = (*exports.CONTACT_COLUMNS, *exports.KEPT_COLUMNS)
    rows = ContactPerson.objects.select_related("organisation").order_by("pk")
    ContactPerson.objects.update(languages=["uk", "de"])
    batch = checked(office, write_csv(columns, exports.contact_rows(rows)))
    assert (batch.counts, batch.faulty_count) == ({"skip": 2}, 0)


# --- what is wrong ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (";Bürgertreff;;", "Ansprechpartner", "Bitte geben Sie den Namen der Person an."),
        ("Änne;;;", "Verein", "Diese Angabe fehlt."),
        ("Bürgertreff;Bürgertreff;;", "Ansprechpartner", "Hier steht der Name der Organisation. Bitte geben Sie eine Person an."),
        ("Änne;Verein;;keine", "E-Mail", "Das ist keine E-Mail-Adresse. Erwartet wird etwas wie name@example.org."),
        ("Änne;Verein;anrufen;", "Tel.", "Das ist keine Telefonnummer."),
        ("Änne;" + "x" * 161 + ";;", "Verein", "Das ist zu lang. Erlaubt sind höchstens 160 Zeichen."),
        ("…;Verein;;", "Ansprechpartner", "Das ist kein Name."),
        ("Änne;???;;", "Verein", "Das ist kein Name einer Organisation."),
    ],
)
def test_errors_are_told_by_row_and_column(office, row, column, message):
    batch = taken(office, SIMPLE + f"{row}\nJan Nowak;Guter Verein;;\n")
    assert problems(batch) == [(2, column, message)]
    assert [person[0] for person in people()] == ["Jan Nowak"]


def test_unknown_kinds_and_languages_are_told(office):
    batch = checked(office, "Name;Firma;Art der Organisation;Sprachen\nÄnne;Verein;Klub;Deutsch, Klingonisch\n")
    assert [line[1] for line in problems(batch)] == ["Art der Organisation", "Sprachen"]
    assert "Klingonisch" in problems(batch)[1][2]
    taken(office, "Name;Firma;Art der Organisation;Sprachen\nÄnne;Neuer;Sportverein;deutsch / العربية und Ukrainisch\n")
    assert ContactPerson.objects.get().languages == ["de", "ar", "uk"]
    assert Organisation.objects.get().kind == "sports"


@pytest.mark.parametrize("second", ["Änne Beispiel;Bürgertreff;;aenne@example.org", "A. Beispiel;Anderer;;AENNE@example.org"])
def test_the_same_person_twice_in_one_file_is_told(office, second):
    batch = checked(office, SIMPLE + AENNE + second + "\n")
    assert problems(batch) == [(3, "ganze Zeile", "Diese Zeile steht schon in Zeile 2.")]


def test_archived_ones_are_not_revived(office, system):
    organisation = make_organisation(office.district, name="Bürgertreff")
    gone = make_contact(organisation, name="Änne Beispiel")
    actions.archive_contact(contact=gone, viewer=system, now=NOW)
    old = make_organisation(office.district, name="Alter Verein", archived_at=NOW)
    batch = checked(office, SIMPLE + AENNE + f"Jan Nowak;{old.name};;\n")
    assert [(number, column) for number, column, _message in problems(batch)] == [(2, "Ansprechpartner"), (3, "Verein")]
    assert all("archiviert" in message for _number, _column, message in problems(batch))


def test_the_example_of_the_template_is_left_out(office):
    book = load_workbook(io.BytesIO(imports.template_xlsx(CONTACTS)))
    stream = io.BytesIO()
    book.save(stream)
    batch = checked(office, stream.getvalue(), "vorlage.xlsx")
    assert (batch.counts, batch.faulty_count) == ({"skip": 1}, 0)
    assert set(batch.mapping) == {field.key for field in CONTACTS.fields}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Stadtverwaltung Pirna", "town"),
        ("Landratsamt Mittelsachsen", "authority"),
        ("Grundschule Heidenau", "school"),
        ("Ev.-Luth. Kirchgemeinde", "religious"),
        ("Diakonie Pirna e. V.", "welfare"),
        ("TSV Freital 1890 e. V.", "sports"),
        ("Begegnung e. V.", "association"),
        ("Bau GmbH", "company"),
        ("Irgendwas", "other"),
    ],
)
def test_the_kind_is_told_by_the_name(name, kind):
    assert kind_by_name(name) == kind


# --- harm -----------------------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 300_000_000)
    return stream.getvalue()


def with_macros() -> bytes:
    stream = io.BytesIO()
    book = Workbook()
    book.active.append(["Name", "Firma"])
    book.active.append(["Änne Beispiel", "Verein"])
    book.save(stream)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0makro")
    return stream.getvalue()


def test_a_bomb_and_fifty_megabytes_are_refused():
    for content in (bomb(), b"Name;Firma\n" + b"a;b\n" * 13_000_000):
        with pytest.raises(Invalid) as refused:
            imports.read_file(io.BytesIO(content), "liste.xlsx", read_contacts)
        assert str(refused.value).endswith(".")


def test_macros_are_refused(office):
    with pytest.raises(Invalid, match="Makros"):
        checked(office, with_macros(), "liste.xlsm")


@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=300).map(lambda text: (SIMPLE + text).encode("utf-8", "replace")),
        st.text(max_size=300).map(lambda text: b"BEGIN:VCARD\r\nVERSION:3.0\r\nORG:x\r\nFN:" + text.encode("utf-8", "replace")),
    )
)
def test_any_bytes_give_an_answer_and_change_nothing(office, content):
    try:
        batch = checked(office, content)
    except Invalid:
        pass
    else:
        assert batch.checked_count == batch.row_count
    assert (ContactPerson.objects.count(), Organisation.objects.count()) == (0, 0)


KEYS = [field.key for field in CONTACTS.fields]


@given(
    st.dictionaries(st.sampled_from(KEYS), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=180))
)
def test_any_cells_are_kept_or_told(office, system, cells):
    """What has no problem can be written; what can be written is found again."""
    full = {"name": "Änne", "organisation": "Verein", **cells}
    parsed = parse_row(full, ImportContext(office.district, system, NOW))
    if parsed.problems:
        assert all(str(problem.message) for problem in parsed.problems)
        return
    CONTACTS.apply_rows([parsed.values], district=office.district, viewer=system, now=NOW)
    assert parse_row(full, ImportContext(office.district, system, NOW)).decision == "skip"


# --- in the browser ---------------------------------------------------------------------------------------------------------------


def test_from_a_card_to_the_list(office):
    desk = log_in(Client(), make_member(office.district, Role.COORDINATOR))
    start = "/intern/musterkreis/ansprechpersonen/import/"
    page = desk.get(start).content.decode()
    assert ".vcf" in page
    assert "Visitenkarten" in page
    columns = desk.post(start, {"file": SimpleUploadedFile("kontakte.vcf", OUTLOOK + APPLE.encode())})["Location"]
    shown = desk.get(columns)
    assert "2 Einträge. Was ist was?" in " ".join(shown.content.decode().split())
    data = {name: bound.value() for name, bound in ((one.name, one) for one in shown.context["form"])}
    file = desk.post(columns, data)["Location"]
    run_jobs()
    preview = desk.get(file).content.decode()
    assert "Nowak" in preview
    assert ContactPerson.objects.count() == 0
    desk.post(f"{file}uebernehmen/")
    run_jobs()
    assert "übernommen" in desk.get(file).content.decode()
    assert [row[0] for row in people()] == ["Dr. Änne Müller", "Jan Maria Nowak"]
    assert AuditEntry.objects.filter(verb="directory.contact_created").exclude(actor_id=None).count() == 2


def test_a_person_who_may_not_keep_contacts_may_not_import(office):
    desk = log_in(Client(), make_member(office.district, Role.AUDITOR))
    assert desk.get("/intern/musterkreis/ansprechpersonen/import/").status_code == 404


def test_who_lost_the_right_meanwhile_does_not_write(office):
    batch = checked(office, SIMPLE + AENNE)
    imports.run_batch(batch=batch, viewer=Viewer.system("test", office.district.pk), now=NOW)
    type(batch).objects.filter(pk=batch.pk).update(created_by_id=4711)
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert ContactPerson.objects.count() == 0


def test_the_rows_of_an_erased_person_leave_the_uploads(office, system):
    """A table that waits goes as a whole, one of somebody else stays."""
    waiting = checked(office, SIMPLE + "A. Beispiel;Anderer Verein;;\nÄnne Beispiel;Noch einer;;\n")
    other = checked(office, SIMPLE + "Jan Nowak;Verein;;\n")
    contact = make_contact(make_organisation(office.district), name="Beispiel Änne")
    actions.erase_contact(contact=contact, viewer=system, now=NOW)
    kept = type(waiting).objects.values_list("pk", flat=True)
    assert list(kept) == [other.pk]
    assert queries.contacts(office.editor, queries.ContactFilters()).count() == 0
