"""Imports of tables: nothing before *Importieren*, every row once, and no trace of it longer than needed."""

import io
from datetime import timedelta

import pytest

from bruecke.core import clock, erasure, imports, jobs, leases
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.imports.forgetting import forget_imports
from bruecke.core.models import AuditEntry, Draft, ImportBatch, ImportMapping, ImportState, Job, StagedRow, WorkState
from bruecke.core.registries import ImportField, Subject
from bruecke.core.scope import for_district
from bruecke.core.sheets import read_sheet
from bruecke.core.tests.factories import NOW, make_district, viewer_with
from bruecke.core.tests.fake_imports import fake_kind
from bruecke.core.viewer import Role, Viewer

pytestmark = pytest.mark.django_db
KIND = "fake.offers"
GOOD = "Titel;Anzahl;Telefon;Notiz\nA;1;03501 1;x\nB;2;;\nC;3;;\nD;4;;\nE;5;;\n"
BAD = "Titel;Anzahl\nA;1\n;2\nC;viele\na;4\nE;5\n"


@pytest.fixture
def scene():
    district = make_district()
    with clock.frozen(NOW), for_district(district), fake_kind() as (kind, writer):
        yield district, viewer_with(district, Role.COORDINATOR), kind, writer


def upload(scene, text=GOOD, name="angebote.csv"):
    district, viewer, _kind, _writer = scene
    read = imports.read_file(io.BytesIO(text.encode()), name)
    return imports.start_batch(kind=KIND, read=read, district=district, viewer=viewer, now=NOW)


def work(minutes=0):
    count = 0
    while jobs.run_next(NOW + timedelta(minutes=minutes)):
        count += 1
        assert count < 50
    return count


def checked(scene, text=GOOD):
    batch = upload(scene, text)
    imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=scene[1], now=NOW)
    work()
    batch.refresh_from_db()
    return batch


def started(scene, text=GOOD, **choice):
    batch = checked(scene, text)
    return imports.run_batch(batch=batch, viewer=scene[1], now=NOW, **choice)


def written():
    return sorted(Draft.objects.values_list("key", flat=True))


# --- upload and mapping ----------------------------------------------------------------------------------------------------


def test_columns_are_told_by_their_words(scene):
    batch = upload(scene)
    assert (batch.state, batch.row_count, batch.mapping) == (ImportState.UPLOADED, 5, {"name": 0, "places": 1, "phone": 2})
    assert imports.sample(batch, 1) == [(2, ["A", "1", "03501 1", "x"])]
    assert AuditEntry.objects.filter(verb="core.import_uploaded", target_uid=batch.uid).exists()


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (["Anzahl", "Bezeichnung"], {"places": 0, "name": 1}),
        (["NAME DES ANGEBOTS:", "Platze"], {"name": 0, "places": 1}),
        (["Angebots Name des", "Rufnumer"], {"name": 0, "phone": 1}),
        (["Ort", "Straße"], {}),
        (["Titel", "Name des Angebots"], {"name": 1}),
    ],
)
def test_guesses(scene, header, mapping):
    assert imports.guess_mapping(scene[2], header) == mapping


def test_each_column_is_guessed_once():
    with fake_kind("fake.twice", fields=(ImportField("a", "Telefon"), ImportField("b", "Telefon"))) as (kind, _writer):
        assert imports.guess_mapping(kind, ["Telefon", "x"]) == {"a": 0}


def test_mapping_is_remembered_for_the_same_header(scene):
    _district, viewer, _kind, _writer = scene
    batch = upload(scene)
    imports.set_mapping(batch=batch, mapping={"name": 3, "places": 1}, viewer=viewer, now=NOW)
    assert upload(scene, GOOD.replace("Titel", " TITEL ")).mapping == {"name": 3, "places": 1}
    assert upload(scene, "Titel;Anzahl\nA;1\n").mapping == {"name": 0, "places": 1}
    other = make_district("anderer")
    with for_district(other):
        read = imports.read_file(io.BytesIO(GOOD.encode()), "x.csv")
        theirs = viewer_with(other, Role.COORDINATOR)
        assert imports.start_batch(kind=KIND, read=read, district=other, viewer=theirs, now=NOW).mapping["name"] == 0


@pytest.mark.parametrize("mapping", [{"places": 1}, {"name": 9}, {"name": -1}, {"name": 0, "unknown": 1}])
def test_mapping_must_fit(scene, mapping):
    batch = upload(scene)
    with pytest.raises(Invalid):
        imports.set_mapping(batch=batch, mapping=mapping, viewer=scene[1], now=NOW)
    assert not Job.objects.exists()


def test_who_may_not_import(scene):
    district, _viewer, _kind, _writer = scene
    other = viewer_with(district, Role.EDITOR)
    read = imports.read_file(io.BytesIO(GOOD.encode()), "x.csv")
    with pytest.raises(NotAllowed):
        imports.start_batch(kind=KIND, read=read, district=district, viewer=other, now=NOW)
    batch = checked(scene)
    for act in (imports.run_batch, imports.discard_batch, imports.resume_batch):
        with pytest.raises(NotAllowed):
            act(batch=batch, viewer=other, now=NOW)
    with pytest.raises(NotAllowed):
        imports.set_mapping(batch=batch, mapping={"name": 0}, viewer=other, now=NOW)


def test_file_without_rows(scene):
    with pytest.raises(Invalid):
        upload(scene, "Titel;Anzahl\n")


# --- check -------------------------------------------------------------------------------------------------------------------


def test_problems_by_row_and_column(scene):
    batch = checked(scene, BAD)
    assert (batch.state, batch.checked_count, batch.faulty_count, batch.counts) == (ImportState.CHECKED, 5, 3, {"create": 2})
    found = [(line.row, line.column, line.content, line.message) for line in imports.problem_lines(batch)]
    assert found == [
        (3, "Titel", "", "Diese Angabe fehlt."),
        (4, "Anzahl", "viele", "Bitte geben Sie eine ganze Zahl ein, zum Beispiel 12."),
        (5, "ganze Zeile", "", "Diese Zeile steht schon in Zeile 2."),
    ]
    assert batch.errors == [{"row": row, "column": column, "message": message} for row, column, _content, message in found]
    assert [row["row"] for row in imports.error_rows(batch)] == [3, 4, 5]
    assert written() == []


def test_mapping_anew_checks_anew(scene):
    batch = checked(scene, BAD)
    imports.set_mapping(batch=batch, mapping={"name": 1}, viewer=scene[1], now=NOW)
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.faulty_count, batch.counts) == (ImportState.CHECKED, 0, {"create": 5})


def test_check_of_an_older_mapping_does_nothing(scene):
    batch = upload(scene, BAD)
    imports.set_mapping(batch=batch, mapping={"name": 0}, viewer=scene[1], now=NOW)
    imports.set_mapping(batch=batch, mapping={"name": 1}, viewer=scene[1], now=NOW)
    work()
    batch.refresh_from_db()
    assert (batch.checked_count, batch.faulty_count, StagedRow.objects.count()) == (5, 0, 5)


def test_check_goes_on_after_a_kill(scene, monkeypatch):
    monkeypatch.setattr("bruecke.core.imports.work.STEP", 2)
    real, calls = StagedRow.objects.bulk_create, []
    batch = upload(scene, BAD)
    imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=scene[1], now=NOW)
    parse = scene[2].parse_row

    def dies(cells, context):
        calls.append(cells)
        if len(calls) == 4:
            raise SystemExit
        return parse(cells, context)

    object.__setattr__(scene[2], "parse_row", dies)
    with pytest.raises(SystemExit):
        jobs.run_next(NOW)
    assert real is not None
    assert StagedRow.objects.count() == 2
    work(minutes=5)
    batch.refresh_from_db()
    assert (batch.state, batch.checked_count, batch.faulty_count) == (ImportState.CHECKED, 5, 3)


def test_a_check_that_ends_between_two_looks_has_not_stopped(scene):
    """The page read the batch, then the job ended: that is an end, not a stop."""
    batch = upload(scene)
    batch = imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=scene[1], now=NOW)
    assert batch.state == ImportState.MAPPED
    work()
    assert not imports.has_stopped(batch)
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED


def test_a_defect_in_the_check_leads_back_with_a_reason(scene):
    def broken(cells, context):
        raise RuntimeError

    object.__setattr__(scene[2], "parse_row", broken)
    batch = upload(scene)
    imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=scene[1], now=NOW)
    for hours in range(0, 24, 6):
        work(minutes=hours * 60)
    batch.refresh_from_db()
    assert batch.state == ImportState.UPLOADED
    assert batch.failure.startswith("Ein unerwarteter Fehler")


def test_examples_of_the_template_are_left_out(scene):
    content = imports.template_xlsx(scene[2])
    sheet = read_sheet(content, "vorlage.xlsx")
    assert sheet.header == ("Name des Angebots", "Plätze", "Telefon")
    assert [row.cells for row in sheet.rows] == [("Sprachcafé (Beispiel)", "12", "")]
    batch = checked(scene, "Name des Angebots;Plätze\nSprachcafé (Beispiel);12\nA;1\n")
    assert batch.counts == {"skip": 1, "create": 1}
    imports.run_batch(batch=batch, viewer=scene[1], now=NOW)
    work()
    assert written() == ["A"]


# --- run ---------------------------------------------------------------------------------------------------------------------


def test_rows_are_applied_in_steps_and_nothing_of_them_is_kept(scene):
    batch = started(scene)
    assert written() == []
    work()
    batch.refresh_from_db()
    assert written() == ["A", "B", "C", "D", "E"]
    assert scene[3].calls == [["A", "B", "C"], ["D", "E"]]
    assert (batch.state, batch.applied_count, bytes(batch.source), StagedRow.objects.count()) == (ImportState.DONE, 5, b"", 0)
    job = Job.objects.get(kind="core.run_import")
    assert (job.state, job.done_units, job.total_units) == (WorkState.DONE, 5, 5)
    entry = AuditEntry.objects.get(verb="core.import_done")
    assert (entry.actor_id, entry.target_uid) == (1, batch.uid)


def test_faulty_rows_stop_everything_unless_left_out(scene):
    batch = checked(scene, BAD)
    with pytest.raises(Invalid):
        imports.run_batch(batch=batch, viewer=scene[1], now=NOW)
    imports.run_batch(batch=batch, viewer=scene[1], now=NOW, leave_out_faulty=True)
    work()
    batch.refresh_from_db()
    assert (batch.state, written()) == (ImportState.DONE, ["A", "E"])
    assert [line.row for line in imports.problem_lines(batch)] == [3, 4, 5]


def test_states_are_kept_to(scene):
    batch = upload(scene)
    with pytest.raises(WrongState):
        imports.run_batch(batch=batch, viewer=scene[1], now=NOW)
    batch = started(scene)
    for act in (imports.run_batch, imports.resume_batch, imports.discard_batch):
        with pytest.raises(WrongState):
            act(batch=batch, viewer=scene[1], now=NOW)
    with pytest.raises(WrongState):
        imports.set_mapping(batch=batch, mapping={"name": 0}, viewer=scene[1], now=NOW)


def test_a_file_checked_before_another_was_taken_over_is_loaded_anew(scene):
    """What is new and what changes was settled by what stood there then; run as it is, rows without keys would come twice."""
    first, second = checked(scene), checked(scene)
    imports.run_batch(batch=first, viewer=scene[1], now=NOW)
    with pytest.raises(WrongState, match="Gerade"):
        imports.run_batch(batch=second, viewer=scene[1], now=NOW)
    work(minutes=1)
    with pytest.raises(WrongState, match="Seit der Prüfung"):
        imports.run_batch(batch=second, viewer=scene[1], now=NOW)
    assert written() == ["A", "B", "C", "D", "E"]
    second.refresh_from_db()
    assert second.state == ImportState.CHECKED


def test_a_file_whose_process_died_holds_nobody_up(scene):
    first, second = checked(scene), checked(scene)
    imports.run_batch(batch=first, viewer=scene[1], now=NOW)
    Job.objects.filter(kind="core.run_import").update(attempts=1, lease_until=NOW - timedelta(seconds=1))
    assert imports.run_batch(batch=second, viewer=scene[1], now=NOW).state == ImportState.RUNNING


def test_nothing_new_is_not_run(scene):
    batch = checked(scene, "Titel;Anzahl\nA;x\n")
    with pytest.raises(Invalid):
        imports.run_batch(batch=batch, viewer=scene[1], now=NOW, leave_out_faulty=True)


def test_same_file_again_is_told(scene):
    started(scene)
    work()
    assert upload(scene).warnings == ["Genau diese Datei wurde am 24.11.2026 schon einmal übernommen."]
    batch = checked(scene)
    assert batch.counts == {"update": 5}


def test_run_goes_on_after_a_kill(scene):
    batch = started(scene)
    scene[3].breaks_at, scene[3].error = 1, SystemExit()
    with pytest.raises(SystemExit):
        jobs.run_next(NOW)
    assert written() == ["A", "B", "C"], "the step that was killed left nothing"
    scene[3].breaks_at = None
    work(minutes=5)
    batch.refresh_from_db()
    assert (batch.state, batch.applied_count, written()) == (ImportState.DONE, 5, ["A", "B", "C", "D", "E"])
    assert scene[3].calls == [["A", "B", "C"], ["D", "E"]], "no row twice"


def test_second_worker_takes_over_and_the_first_stops(scene):
    batch = started(scene)
    real = scene[2].apply_rows
    state = {"stolen": False}

    def slow(values, **facts):
        real(values, **facts)
        if not state["stolen"]:
            state["stolen"] = True
            Job.objects.filter(kind="core.run_import").update(lease_token="x", lease_until=NOW)

    object.__setattr__(scene[2], "apply_rows", slow)
    jobs.run_next(NOW)
    assert scene[3].calls == [["A", "B", "C"]]
    work(minutes=5)
    batch.refresh_from_db()
    assert (batch.state, scene[3].calls) == (ImportState.DONE, [["A", "B", "C"], ["D", "E"]])


def test_defect_stops_after_some_tries_and_can_be_gone_on(scene):
    batch = started(scene)
    scene[3].breaks_at = 1
    for hours in range(0, 24, 6):
        work(minutes=hours * 60)
    batch.refresh_from_db()
    assert (batch.state, batch.applied_count, written()) == (ImportState.FAILED, 3, ["A", "B", "C"])
    assert imports.has_stopped(batch)
    with pytest.raises(WrongState):
        imports.discard_batch(batch=batch, viewer=scene[1], now=NOW)
    scene[3].breaks_at = None
    imports.resume_batch(batch=batch, viewer=scene[1], now=NOW + timedelta(days=2))
    work(minutes=60 * 24 * 2)
    batch.refresh_from_db()
    assert (batch.state, written(), batch.failure) == (ImportState.DONE, ["A", "B", "C", "D", "E"], "")


def test_refusal_stops_at_once_and_changes_nothing(scene):
    batch = checked(scene)
    viewer = viewer_with(scene[0], Role.COORDINATOR, account_id=99)
    imports.run_batch(batch=batch, viewer=viewer, now=NOW)
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.failure, written()) == (ImportState.FAILED, "Dazu fehlt Ihnen die Berechtigung.", [])
    imports.discard_batch(batch=batch, viewer=viewer, now=NOW)
    assert not StagedRow.objects.exists()


def test_job_that_killed_its_worker_each_time_counts_as_stopped(scene):
    batch = started(scene)
    assert not imports.has_stopped(batch)
    Job.objects.filter(kind="core.run_import").update(attempts=leases.MAX_ATTEMPTS)
    jobs.run_next(NOW)
    assert imports.has_stopped(batch)
    imports.resume_batch(batch=batch, viewer=scene[1], now=NOW)
    work()
    assert len(written()) == 5


def test_last_step_of_the_kind_is_part_of_the_end(scene):
    ends = []

    def finish(*, district, viewer, now):
        ends.append(district.pk)
        if len(ends) == 1:
            raise SystemExit

    object.__setattr__(scene[2], "finish", finish)
    batch = started(scene)
    with pytest.raises(SystemExit):
        jobs.run_next(NOW)
    batch.refresh_from_db()
    assert batch.state == ImportState.RUNNING
    work(minutes=5)
    batch.refresh_from_db()
    assert (batch.state, len(ends), len(scene[3].calls)) == (ImportState.DONE, 2, 2)


def test_system_may_import_from_the_command_line(scene):
    district = scene[0]
    system = Viewer.system("import-offers", district.pk)
    read = imports.read_file(io.BytesIO(GOOD.encode()), "x.csv")
    batch = imports.start_batch(kind=KIND, read=read, district=district, viewer=system, now=NOW)
    imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=system, now=NOW)
    work()
    imports.run_batch(batch=batch, viewer=system, now=NOW)
    work()
    assert len(written()) == 5


# --- forgetting ----------------------------------------------------------------------------------------------------------------


def test_discarded_file_leaves_no_row(scene):
    batch = imports.discard_batch(batch=checked(scene, BAD), viewer=scene[1], now=NOW)
    batch.refresh_from_db()
    assert (batch.state, bytes(batch.source), batch.errors, StagedRow.objects.count()) == (ImportState.DISCARDED, b"", [], 0)


def test_retention(scene):
    district = scene[0]
    done = started(scene, BAD, leave_out_faulty=True)
    work()
    waiting = checked(scene)
    assert forget_imports(district, NOW + timedelta(days=29)) == 0
    forget_imports(district, NOW + timedelta(days=31))
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, done.errors, waiting.state) == (ImportState.DONE, [], ImportState.DISCARDED)
    assert StagedRow.objects.count() == 0
    forget_imports(district, NOW + timedelta(days=800))
    assert ImportMapping.objects.count() == 0
    assert ImportBatch.objects.count() == 2


def test_batches_about_people_are_deleted(scene):
    object.__setattr__(scene[2], "is_personal", True)
    started(scene)
    work()
    forget_imports(scene[0], NOW + timedelta(days=31))
    assert ImportBatch.objects.count() == 0


def test_erased_record_is_not_on_its_way_in(scene):
    checked(scene)
    erasure.erase(Subject("contact", "uid-B"), viewer=Viewer.system("test", scene[0].pk), now=NOW)
    assert sorted(StagedRow.objects.values_list("title", flat=True)) == ["A", "C", "D", "E"]


def test_queries_do_not_grow_with_the_list(scene, django_assert_num_queries):
    for count in (1, 3):
        batch = checked(scene, "Titel;Anzahl\n" + "".join(f"R{number};x\n" for number in range(count)))
        with django_assert_num_queries(1):
            assert len(list(imports.problem_lines(batch, 10))) == count
        with django_assert_num_queries(1):
            list(imports.batches(KIND)[:10])
