"""The record of processing: every classified field is in it, additions have a history, releases show what changed."""

import io

import docx
import pytest

from bruecke.core.clock import local_day
from bruecke.core.documents import write_docx
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import AuditEntry
from bruecke.core.privacy import activities, activity_of
from bruecke.core.registries import PersonalData, personal_data
from bruecke.core.settings import change_setting
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Viewer
from bruecke.privacy import exports
from bruecke.privacy.actions.record import release_record, save_addition
from bruecke.privacy.models import RecordAddition
from bruecke.privacy.queries import record as queries
from bruecke.privacy.states import OF_CONTROLLER, AdditionKind

TODAY = local_day(NOW)


def test_every_classified_field_belongs_to_an_activity():
    assert [entry.key for entry in personal_data if activity_of(entry.key) is None] == []


def test_the_longest_beginning_wins_and_ends_at_a_dot():
    assert activity_of("core.SearchEntry.words").key == "offers"
    assert activity_of("core.Draft.data").key == "accounts"
    assert activity_of("enquiriesx.Model.field") is None


def test_purposes_bases_and_periods_of_every_field_stand_in_the_record(district, leading):
    record = queries.record_of(district, leading, TODAY)
    lines = {line.key: line for line in record.lines}
    for entry in personal_data:
        line = lines[activity_of(entry.key).key]
        assert str(entry.purpose) in line.purposes
        assert str(entry.subject) in line.subjects
        assert str(entry.retention) in line.retention
    assert all(line.recipients and line.categories for line in record.lines)


def test_no_table_is_called_by_its_english_name(district, leading):
    from django.apps import apps
    from django.utils.text import camel_case_to_spaces

    english = {camel_case_to_spaces(model.__name__) for model in apps.get_models() if model.__module__.startswith("bruecke.")}
    told = {sentence.split(":")[0] for line in queries.record_of(district, leading, TODAY).lines for sentence in line.categories}
    assert told & english == set()


def test_another_controller_does_not_answer_for_what_the_district_does(district, leading, association):
    own = {line.key for line in queries.record_of(district, association, TODAY).lines}
    assert own == {one.key for one in activities if not one.is_of_district}
    assert {line.key for line in queries.record_of(district, leading, TODAY).lines} == {one.key for one in activities}


def test_a_period_is_the_one_of_today(district, leading):
    system = Viewer.system("test", district.pk)
    change_setting(district=district, key="enquiries.retention_months", text="9", valid_from=TODAY, viewer=system, now=NOW)
    line = next(line for line in queries.record_of(district, leading, TODAY).lines if line.key == "enquiries")
    assert any(sentence.endswith(": 9") for sentence in line.periods)


def say(controller, viewer, text, kind=AdditionKind.PROCESSORS, activity=""):
    return save_addition(controller=controller, activity=activity, kind=kind, text=text, viewer=viewer, now=NOW)


def test_an_addition_keeps_the_earlier_ones(district, leading, officer):
    assert queries.record_of(district, leading, TODAY).slots[2].is_open
    say(leading, officer, "Rechenzentrum Nord")
    assert say(leading, officer, " Rechenzentrum Nord ") is None
    say(leading, officer, "Rechenzentrum Süd")
    slot = queries.record_of(district, leading, TODAY).slots[2]
    assert (slot.latest.text, [one.text for one in slot.earlier]) == ("Rechenzentrum Süd", ["Rechenzentrum Nord"])
    assert not slot.is_open
    assert AuditEntry.objects.filter(verb="privacy.addition_saved").count() == 2


def test_additions_end_at_the_controller(district, leading, association, officer, other_officer, admin):
    for viewer in (other_officer, admin):
        with pytest.raises(NotAllowed):
            say(leading, viewer, "Fremd")
    say(association, other_officer, "Server beim Verband")
    assert all(slot.latest is None for slot in queries.record_of(district, leading, TODAY).slots)
    assert set(RecordAddition.objects.visible_to(officer)) == set()


@pytest.mark.parametrize(
    ("activity", "kind"), [("nichts", AdditionKind.RECIPIENTS), ("", AdditionKind.RECIPIENTS), ("offers", AdditionKind.JOINT)]
)
def test_there_is_no_place_for_what_nobody_asks(district, leading, officer, activity, kind):
    with pytest.raises(Invalid):
        say(leading, officer, "Text", kind, activity)


@pytest.fixture
def release(district, leading, officer):
    return release_record(district=district, controller=leading, note="Jährliche Prüfung", viewer=officer, now=NOW)


def now_content(district, leading):
    return queries.as_content(queries.record_of(district, leading, TODAY))


def test_nothing_changed_right_after_a_release(district, leading, release):
    release.refresh_from_db()
    assert queries.differences(release.content, now_content(district, leading)) == []


def test_a_changed_classification_shows_since_the_release(district, leading, release, monkeypatch):
    key = "enquiries.Message.text"
    old = personal_data[key]
    changed = PersonalData(key, old.subject, "Werbung verschicken", old.legal_basis, old.retention)
    monkeypatch.setitem(personal_data._entries, key, changed)
    found = queries.differences(release.content, now_content(district, leading))
    assert [(one.line, one.gone, one.came) for one in found] == [
        ("Fragen beantworten und an Angebote vermitteln", (), ("Werbung verschicken",))
    ]


def test_an_ended_activity_and_a_new_addition_show(district, leading, officer, release):
    content = {**release.content, "altes": {"label": "Alte Verarbeitung"}}
    say(leading, officer, "Rechenzentrum Nord")
    found = queries.differences(content, now_content(district, leading))
    assert [(one.line, one.gone, len(one.came)) for one in found] == [
        ("Stelle insgesamt", (), 1),
        ("Alte Verarbeitung", ("Alte Verarbeitung",), 0),
    ]


def test_releasing_is_the_officers(district, leading, admin, other_officer):
    for viewer in (admin, other_officer):
        with pytest.raises(NotAllowed):
            release_record(district=district, controller=leading, note="", viewer=viewer, now=NOW)


def test_files_hold_every_line(district, leading, officer):
    say(leading, officer, '=HYPERLINK("x")\x0b Nord')
    record = queries.record_of(district, leading, TODAY)
    paper = docx.Document(io.BytesIO(write_docx(exports.record_paper(record), now=NOW)))
    text = "\n".join([one.text for one in paper.paragraphs] + [cell.text for table in paper.tables for cell in table._cells])
    for line in record.lines:
        assert line.label in text
        assert all(sentence in text for sentence in line.purposes)
    assert "Nord" in text
    rows = list(exports.record_rows(record))
    assert {row["activity"] for row in rows} == {leading.name, *(line.label for line in record.lines)}


def test_owed_of_a_controller_is_everything_once(district, association):
    record = queries.record_of(district, association, TODAY)
    assert [slot.kind for slot in record.slots] == list(OF_CONTROLLER)
    assert len(record.open_slots) == len(OF_CONTROLLER) + len(record.lines)
