"""Tables of offers taken over: what a row means, what it changes, and that an export comes back without a change."""

import random
from datetime import timedelta

import pytest

from bruecke.core import imports, jobs, search
from bruecke.core.errors import NotAllowed
from bruecke.core.imports import work
from bruecke.core.models import ImportBatch, ImportState, StagedRow
from bruecke.core.sheets import read_sheet, write_csv, write_xlsx
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.directory.models import Location, Organisation
from bruecke.offers import actions, queries
from bruecke.offers.importers import KIND, out_columns, out_rows
from bruecke.offers.models import Offer
from bruecke.offers.states import ConfirmedBy, CostKind, OfferState, Registration, Visibility
from bruecke.offers.tests.factories import FREITAL, HEIDENAU, PIRNA, TUESDAYS, make_house, make_offer, make_terms


@pytest.fixture
def office(scene, now):
    make_terms()
    return scene


def csv_of(*rows, header="Titel;Träger"):
    return "\r\n".join([header, *rows]).encode()


def start(scene, content, now, name="angebote.csv", viewer=None):
    viewer = viewer or scene.office
    read = imports.ReadFile(read_sheet(content, name), name, "0" * 64)
    batch = imports.start_batch(kind=KIND, read=read, district=scene.district, viewer=viewer, now=now)
    imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=viewer, now=now)
    run_jobs(now)
    batch.refresh_from_db()
    return batch


def run_jobs(now):
    while jobs.run_next(now):
        pass


def take(scene, content, now, *, leave_out=False, **kwargs):
    """Check and take over; returns the batch as it is at the end."""
    batch = start(scene, content, now, **kwargs)
    assert batch.state == ImportState.CHECKED, batch.failure
    if batch.clean_count and (leave_out or not batch.faulty_count):
        imports.run_batch(batch=batch, viewer=kwargs.get("viewer") or scene.office, now=now, leave_out_faulty=leave_out)
        run_jobs(now)
        batch.refresh_from_db()
        assert batch.state == ImportState.DONE, batch.failure
    return batch


def problems(batch):
    return [(line.column, line.message) for line in imports.problem_lines(batch)]


FULL = {
    "Schlüssel": "A-1",
    "Titel": "Sprachcafé",
    "Beschreibung": "Wir sprechen Deutsch.",
    "Träger": "Neuer Verein e. V.",
    "E-Mail des Trägers": "neu@verein.example.org",
    "Art der Hilfe": "Kurse, Beratung",
    "Zielgruppen": "frauen",
    "Sprachen": "Deutsch; Arabisch",
    "Alter von": "18",
    "Ort": "Begegnungshaus",
    "Adresse": "Lindenplatz 3, 01796 Pirna",
    "Einzugsgebiet": "Pirna; 14628110",
    "Termine": "montags 14:00-16:00, Ort: Begegnungshaus (Raum 3); jeden 1. Dienstag im Monat 9-11 Uhr",
    "Kosten": "12,50",
    "Anmeldung": "nur mit Anmeldung",
    "Kinderbetreuung": "ja",
    "barrierefrei": "nein",
    "Plätze": "15",
    "davon frei": "4",
    "Telefon": "03501 515 1234",
    "Website": "www.verein.example.org",
    "läuft ab": "01.09.2026",
    "letzter Tag": "31.08.2027",
    "Sichtbarkeit": "nur intern",
    "zuletzt bestätigt am": "01.11.2026",
}


def table(*rows):
    header = list(rows[0])
    return csv_of(*(";".join(f'"{row.get(name, "")}"' for name in header) for row in rows), header=";".join(header))


def test_every_column_arrives(office, now):
    batch = take(office, table(FULL), now)
    assert batch.counts == {"create": 1}
    offer = Offer.objects.get()
    assert (offer.title, offer.external_key, offer.external_source, offer.state) == (
        "Sprachcafé",
        "A-1",
        "import",
        OfferState.ACTIVE,
    )
    assert offer.provider.name == "Neuer Verein e. V."
    assert offer.provider.email == "neu@verein.example.org"
    assert offer.terms == {"category": ["courses", "advice"], "target_group": ["women"], "language": ["de", "ar"]}
    house = Location.objects.get()
    assert (house.name, house.street, house.postcode, house.town, house.area_id, house.organisation_id) == (
        *("Begegnungshaus", "Lindenplatz 3", "01796", "Pirna", PIRNA),
        offer.provider_id,
    )
    assert offer.locations == [house.uid]
    assert offer.areas == [PIRNA, FREITAL]
    assert [(one["rrule"], one["starts"], one["location"], one["note"]) for one in offer.schedules] == [
        ("FREQ=WEEKLY;BYDAY=MO", "14:00", house.uid, "Raum 3"),
        ("FREQ=MONTHLY;BYDAY=1TU", "09:00", "", ""),
    ]
    assert offer.schedules[0]["first_on"] == "2026-09-01"
    assert (offer.cost_kind, offer.cost_cents, offer.registration) == (CostKind.PAID, 1250, Registration.REQUIRED)
    assert (offer.has_childcare, offer.is_accessible, offer.places_free, offer.age_min) == (True, False, 4, 18)
    assert offer.places_free_on == now.date()
    assert (offer.website, offer.valid_until.isoformat(), offer.visibility) == (
        *("https://www.verein.example.org", "2027-09-01"),
        Visibility.INTERNAL,
    )
    assert (offer.confirmed_on.isoformat(), offer.confirmed_by) == ("2026-11-01", ConfirmedBy.IMPORT)
    assert search.search("Sprachcafé", kind="offer", district=office.district, only_public=False).hits


def test_the_same_file_twice_changes_nothing(office, now):
    take(office, table(FULL), now)
    before = Offer.objects.get().version
    assert take(office, table(FULL), now).counts == {"skip": 1}
    assert Offer.objects.get().version == before
    assert (Organisation.objects.filter(name="Neuer Verein e. V.").count(), Location.objects.count()) == (1, 1)


def test_a_changed_row_changes_these_fields_and_no_other(office, now):
    take(office, table(FULL), now)
    changed = {**FULL, "Titel": "Sprachcafé neu", "Plätze": "20", "Kosten": "kostenlos"}
    batch = take(office, table(changed), now)
    assert batch.counts == {"update": 1}
    offer = Offer.objects.get()
    assert (offer.title, offer.places_total, offer.cost_kind, offer.cost_cents) == ("Sprachcafé neu", 20, CostKind.FREE, None)
    assert {change.field for change in queries.versions(offer)[0].changes} == {"title", "places_total", "cost_kind", "cost_cents"}


def test_without_key_provider_and_title_tell_the_offer(office, now):
    offer = make_offer(office.district, "Deutschkurs A1", provider=office.provider)
    batch = take(office, csv_of("deutschkurs a1;TRÄGERVEREIN  muster e. v.;10", header="Titel;Träger;Plätze"), now)
    assert batch.counts == {"update": 1}
    offer.refresh_from_db()
    assert (Offer.objects.count(), offer.places_total) == (1, 10)


def test_columns_that_are_not_there_stay(office, now):
    offer = make_offer(office.district, "Kurs", provider=office.provider, description="bleibt", places_total=3)
    take(office, csv_of(f"Kurs;{office.provider.name};", header="Titel;Träger;Plätze"), now)
    offer.refresh_from_db()
    assert (offer.description, offer.places_total) == ("bleibt", None)


def test_a_key_is_adopted_by_the_offer_of_that_title(office, now):
    offer = make_offer(office.district, "Kurs", provider=office.provider)
    header = "Schlüssel;Titel;Träger"
    assert take(office, csv_of(f"K-7;Kurs;{office.provider.name}", header=header), now).counts == {"update": 1}
    assert take(office, csv_of(f"K-7;Kurs B;{office.provider.name}", header=header), now).counts == {"update": 1}
    offer.refresh_from_db()
    assert (Offer.objects.count(), offer.title, offer.external_key) == (1, "Kurs B", "K-7")


def test_confirmation_moves_forward_only(office, now):
    offer = make_offer(office.district, "Kurs", provider=office.provider, confirmed_on="2026-11-10")
    header = "Titel;Träger;zuletzt bestätigt am"
    assert take(office, csv_of(f"Kurs;{office.provider.name};01.11.2026", header=header), now).counts == {"skip": 1}
    assert take(office, csv_of(f"Kurs;{office.provider.name};20.11.2026", header=header), now).counts == {"update": 1}
    offer.refresh_from_db()
    assert (offer.confirmed_on.isoformat(), offer.confirmed_by) == ("2026-11-20", ConfirmedBy.IMPORT)


def test_states_follow_the_table(office, now):
    offer = make_offer(office.district, "Kurs", provider=office.provider)
    header = "Titel;Träger;Stand"
    for word, state in (("Ruht", OfferState.PAUSED), ("läuft", OfferState.ACTIVE), ("Archiviert", OfferState.ARCHIVED)):
        assert take(office, csv_of(f"Kurs;{office.provider.name};{word}", header=header), now).counts == {"update": 1}
        offer.refresh_from_db()
        assert offer.state == state
    batch = take(office, csv_of(f"Kurs;{office.provider.name};läuft", header=header), now)
    assert [column for column, _text in problems(batch)] == ["Stand", "ganze Zeile"]


WRONG = [
    ("Art der Hilfe", "Berattung", "Meinten Sie „Beratung“"),
    ("Art der Hilfe", "Zzzzzz", "Möglich ist zum Beispiel: "),
    ("Sprachen", "Deutsh", "Meinten Sie „Deutsch“"),
    ("Einzugsgebiet", "Dresden", "ist keine Gemeinde in diesem Landkreis"),
    ("Einzugsgebiet", "Heidenaou", "Meinten Sie „Heidenau“"),
    ("Kosten", "Spende", "kostenlos, kostet etwas oder einen Betrag"),
    ("Anmeldung", "vielleicht", "Möglich ist: ohne Anmeldung"),
    ("barrierefrei", "teilweise", "Bitte schreiben Sie ja oder nein."),
    ("Plätze", "viele", "zum Beispiel 12"),
    ("Plätze", "999999999", "von 0 bis 100000"),
    ("läuft ab", "31.02.2026", "ist kein Tag"),
    ("zuletzt bestätigt am", "01.01.2030", "in der Zukunft"),
    ("Termine", "nach Vereinbarung", "Hinweis zu den Terminen"),
    ("Termine", "montags 16-14", "Das Ende muss nach dem Beginn liegen."),
    ("Termine", "montags 14-16, Ort: Keller", "steht nicht in der Spalte „Ort“"),
    ("E-Mail", "kein", "gültige E-Mail-Adresse"),
    ("E-Mail des Trägers", "kein", "gültige E-Mail-Adresse"),
    ("Telefon", "ruf an", "Telefonnummer"),
    ("Website", "javascript:alert(1)", "Internetadresse"),
    ("Ort", "Unbekanntes Haus", "Bitte ergänzen Sie Adresse oder Gemeinde."),
    ("Adresse", "Weg 1, 99999 Nirgendwo", "geht die Gemeinde nicht hervor"),
    ("Gemeinde", "Hamburg", "keine Gemeinde in diesem Landkreis"),
    ("Stand", "Archiviert", "wird nicht neu angelegt"),
    ("Sichtbarkeit", "geheim", "Möglich ist: öffentlich oder nur intern."),
    ("Titel", "T" * 161, "höchstens 160 Zeichen"),
    ("Schlüssel", "K" * 81, "höchstens 80 Zeichen"),
    ("Alter bis", "5", "mindestens so hoch"),
]


@pytest.mark.parametrize(("column", "text", "cure"), WRONG)
def test_a_wrong_cell_is_named_with_its_cure(office, now, column, text, cure):
    row = {"Titel": "Kurs", "Träger": "Neuer Verein", "Alter von": "18", column: text}
    batch = take(office, table(row), now)
    assert batch.faulty_count == 1
    found = problems(batch)
    assert [name for name, _text in found] == [column]
    assert cure in found[0][1]
    assert Offer.objects.count() == 0
    assert not Organisation.objects.filter(name="Neuer Verein").exists()


def test_missing_title_and_provider_are_told(office, now):
    batch = take(office, csv_of(";;3", "Kurs;;4", header="Titel;Träger;Plätze"), now)
    assert [(line.row, line.column) for line in imports.problem_lines(batch)] == [(2, "Titel"), (2, "Träger"), (3, "Träger")]


def test_the_same_offer_twice_in_a_file_is_a_problem(office, now):
    batch = take(office, csv_of("Kurs;Neuer Verein", "KURS;neuer  verein"), now)
    assert problems(batch) == [("ganze Zeile", "Diese Zeile steht schon in Zeile 2.")]


def test_houses_are_found_by_name_and_address(office, now):
    house = make_house(office.provider, PIRNA, name="Rathaus", street="Markt 1")
    other = make_house(office.provider, FREITAL, name="Rathaus", street="Hauptstraße 2")
    header = "Titel;Träger;Ort;Adresse;Gemeinde"
    name = office.provider.name
    batch = take(
        office,
        csv_of(
            f'Kurs A;{name};Rathaus;"Markt 1, 01796 Pirna";',
            f"Kurs B;{name};Rathaus;;Freital",
            f"Kurs C;{name};Rathaus;;",
            header=header,
        ),
        now,
        leave_out=True,
    )
    found = {offer.title: offer.locations for offer in Offer.objects.order_by("pk")}
    assert found == {"Kurs A": [house.uid], "Kurs B": [other.uid]}
    assert "Bitte schreiben Sie die Adresse dazu" in problems(batch)[0][1]
    assert Location.objects.count() == 2


def test_a_municipality_alone_is_the_area(office, now):
    take(office, csv_of("Kurs;Neuer Verein;Heidenau", header="Titel;Träger;Gemeinde"), now)
    offer = Offer.objects.get()
    assert (offer.areas, offer.locations) == ([HEIDENAU], [])


def test_two_rows_share_the_provider_and_the_house_they_bring(office, now):
    rows = [{**FULL, "Schlüssel": f"A-{number}", "Titel": f"Kurs {number}"} for number in range(3)]
    take(office, table(*rows), now)
    assert Offer.objects.count() == 3
    assert Organisation.objects.filter(name="Neuer Verein e. V.").count() == 1
    assert Location.objects.count() == 1


def rich_inventory(scene):
    house = make_house(scene.provider, PIRNA, name="Haus; mit Zeichen, und mehr (links)")
    second = make_house(scene.provider, FREITAL, name="Zweites Haus", street="", postcode="", town="")
    make_offer(
        scene.district,
        "=SUMME(1;2)",
        provider=scene.provider,
        description="+49 ist eine Vorwahl\n@Zeile zwei; mit Semikolon",
        terms={"category": ["german-courses"], "target_group": ["women"], "language": ["de", "uk"]},
        age_min=3,
        age_max=99,
        areas=["14628"],
        locations=[house, second],
        schedules=[
            {**TUESDAYS, "location": house.uid, "note": "Raum (3); links"},
            {"rrule": "FREQ=MONTHLY;BYDAY=1MO,3MO", "first_on": "2026-09-01", "starts": "10:00", "until_on": "2027-01-01"},
            {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=7", "first_on": "2026-09-01", "starts": "09:00", "ends": "11:30"},
            {"rrule": "FREQ=YEARLY;BYMONTHDAY=5", "first_on": "2026-09-01", "starts": "09:00", "exdates": ["2026-10-05"]},
        ],
        schedule_note="- nach Vereinbarung",
        cost_kind="paid",
        cost_cents=1205,
        registration="recommended",
        has_childcare=True,
        is_accessible=False,
        places_total=10,
        places_free=0,
        contact_phone="+49 3501 515 1234",
        website="https://www.beispiel.example.org/a?b=c",
        valid_from="2026-09-01",
        valid_until="2027-09-01",
        external_key="T-1",
    )
    make_offer(scene.district, "Ohne alles", provider=scene.provider, confirmed_on=None, state=OfferState.DRAFT)
    make_offer(scene.district, "Nur intern", provider=scene.provider, visibility="internal", cost_kind="free", is_online=True)
    archived = make_offer(scene.district, "Vorbei", provider=scene.provider, state=OfferState.ARCHIVED, areas=[PIRNA, HEIDENAU])
    actions.pause_offer(offer=make_offer(scene.district, "Pause"), version=None, viewer=scene.office, now=archived.created_at)


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_an_export_comes_back_unchanged(office, now, fmt):
    rich_inventory(office)
    offers = list(Offer.objects.select_related("provider", "district").order_by("pk"))
    before = {offer.pk: (offer.version, offer.changed_at) for offer in offers}
    rows = out_rows(offers, district=office.district)
    content = write_csv(out_columns(), rows) if fmt == "csv" else write_xlsx("Angebote", out_columns(), rows)
    batch = take(office, content, now, name=f"angebote.{fmt}")
    assert problems(batch) == []
    assert batch.counts == {"skip": len(offers)}
    assert {offer.pk: (offer.version, offer.changed_at) for offer in Offer.objects.order_by("pk")} == before


def test_an_export_brought_to_an_empty_district_is_the_same_inventory(office, now):
    rich_inventory(office)
    rows = out_rows(Offer.objects.exclude(state="archived").select_related("provider").order_by("pk"), district=office.district)
    kept = {row["title"]: queries.snapshot(Offer.objects.get(title=row["title"])) for row in rows}
    content = write_xlsx("Angebote", out_columns(), rows)
    Offer.objects.all().delete()
    batch = take(office, content, now, name="angebote.xlsx")
    assert problems(batch) == []
    assert batch.counts == {"create": len(rows)}
    for title, before in kept.items():
        after = queries.snapshot(Offer.objects.get(title=title))
        for entry, old in zip(after["schedules"], before["schedules"], strict=True):
            old["note"] = entry["note"] or old["note"]  # signs that part pieces are lost in a note
        assert after == before


def test_only_who_keeps_the_inventory_imports(office, now):
    reader = viewer_with(office.district, Role.EDITOR)
    with pytest.raises(NotAllowed):
        start(office, csv_of("Kurs;Neuer Verein"), now, viewer=reader)


def test_a_thousand_rows_with_thirty_faulty(office, now):
    generator = random.Random(7)
    faulty = set(generator.sample(range(1000), 30))
    rows = [
        f"Kurs {number};Verein {number % 50};{'viele' if number in faulty else number % 30};montags 9-11" for number in range(1000)
    ]
    content = csv_of(*rows, header="Titel;Träger;Plätze;Termine")
    batch = start(office, content, now)
    assert (batch.faulty_count, batch.counts) == (30, {"create": 970})
    assert Offer.objects.count() == 0
    assert sorted(line.row for line in imports.problem_lines(batch)) == sorted(number + 2 for number in faulty)
    imports.run_batch(batch=batch, viewer=office.office, now=now, leave_out_faulty=True)
    run_jobs(now)
    assert Offer.objects.count() == 970
    assert ImportBatch.objects.get().state == ImportState.DONE
    assert not Offer.objects.filter(title__in=[f"Kurs {number}" for number in faulty]).exists()
    assert queries.indexed_uids(office.district) == set(Offer.objects.order_by("pk").values_list("uid", flat=True))


def test_killed_in_the_middle_it_goes_on_where_it_was(office, now, monkeypatch):
    rows = [f"Kurs {number};Verein {number % 5}" for number in range(130)]
    batch = start(office, csv_of(*rows), now)
    imports.run_batch(batch=batch, viewer=office.office, now=now)
    step, count = work._apply_step, []

    def dies(*args):
        if len(count) == 2:
            raise KeyboardInterrupt
        count.append(1)
        return step(*args)

    monkeypatch.setattr(work, "_apply_step", dies)
    with pytest.raises(KeyboardInterrupt):
        run_jobs(now)
    written = Offer.objects.count()
    assert 0 < written < 130
    assert written == StagedRow.objects.exclude(applied_at=None).count()
    monkeypatch.setattr(work, "_apply_step", step)
    run_jobs(now + timedelta(hours=1))  # the lease has run out
    assert Offer.objects.count() == 130
    assert Organisation.objects.filter(name__startswith="Verein ").count() == 5
    assert ImportBatch.objects.get().state == ImportState.DONE


def test_what_changed_meanwhile_stops_it_with_the_title(office, now):
    batch = start(office, csv_of(f"Kurs;{office.provider.name}"), now)
    Organisation.objects.filter(pk=office.provider.pk).update(archived_at=now)
    imports.run_batch(batch=batch, viewer=office.office, now=now)
    run_jobs(now)
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert batch.failure.startswith("„Kurs“: Der Träger ist archiviert")
    assert Offer.objects.count() == 0
