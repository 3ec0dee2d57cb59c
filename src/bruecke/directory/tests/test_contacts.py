"""Writes of contact persons, hierarchy, identifiers and points: effects, refusals, and how a person leaves without a trace."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bruecke.accounts.tests.factories import make_account
from bruecke.core import settings
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, District
from bruecke.core.registries import Subject, audit_verbs, todos
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions, hooks, queries
from bruecke.directory.models import ContactPerson, Organisation
from bruecke.directory.tests.factories import make_contact, make_location, make_organisation
from bruecke.vocabulary.importers import load_shipped_vocabulary

MARK = "Qxjzmarke"


@pytest.fixture
def office(scene):
    load_shipped_vocabulary(scene.now)
    scene.editor = viewer_with(scene.district, Role.COORDINATOR, account_id=make_account("Wer pflegt").pk)
    scene.step = {"viewer": scene.editor, "now": scene.now}
    scene.organisation = make_organisation(scene.district, name="Bürgertreff")
    return scene


def create(office, **values):
    given = {"name": "Änne Beispiel", "email": "Aenne@Example.org", "phone": "030 23125", "languages": ["de", "uk"], **values}
    return actions.create_contact(organisation=office.organisation, values=given, **office.step)


def release(office, contact):
    return actions.release_contact(contact=contact, version=None, **office.step)


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


# --- one person -------------------------------------------------------------------------------------------------------------


def test_create_and_edit(office):
    made = create(office, name="  Änne   Beispiel ")
    assert (made.name, made.email, made.is_released, made.checked_on) == (
        "Änne Beispiel",
        "aenne@example.org",
        False,
        office.now.date(),
    )
    later = office.now + timedelta(days=40)
    same = actions.edit_contact(contact=made, values={"phone": "030 23125"}, version=1, viewer=office.editor, now=later)
    assert (same.version, same.checked_on) == (1, office.now.date()), "nothing differs, nothing is saved"
    changed = actions.edit_contact(contact=made, values={"function": "Leitung"}, version=1, viewer=office.editor, now=later)
    assert (changed.version, changed.function, changed.checked_on) == (2, "Leitung", later.date())
    with pytest.raises(Stale):
        actions.edit_contact(contact=made, values={"function": "x"}, version=1, **office.step)
    assert verbs() == ["directory.contact_created", "directory.contact_changed"]
    assert AuditEntry.objects.get(verb="directory.contact_changed").fields == ["function"]


@pytest.mark.parametrize(
    ("values", "field"), [({"name": " "}, "name"), ({"email": "keine"}, "email"), ({"languages": ["tlh"]}, "languages")]
)
def test_values_that_cannot_be(office, values, field):
    with pytest.raises(Invalid) as caught:
        create(office, **values)
    assert list(caught.value.errors) == [field]
    assert ContactPerson.objects.count() == 0


def test_a_name_stands_once_in_an_organisation(office):
    made = create(office)
    with pytest.raises(Invalid, match="In dieser Organisation"):
        create(office, name="ÄNNE BEISPIEL")
    actions.archive_contact(contact=made, **office.step)
    create(office)
    with pytest.raises(Invalid):
        actions.restore_contact(contact=made, **office.step)


def test_release_says_who_and_when_and_is_taken_back(office):
    account = make_account("Koordination")
    viewer = viewer_with(office.district, Role.COORDINATOR, account_id=account.pk)
    made = create(office)
    before = District.objects.get().public_version
    freed = actions.release_contact(contact=made, version=1, viewer=viewer, now=office.now)
    assert (freed.is_released, freed.released_at, freed.released_by) == (True, office.now, account)
    assert District.objects.get().public_version == before + 1
    with pytest.raises(WrongState):
        release(office, made)
    with pytest.raises(Stale):
        actions.release_contact(contact=create(office, name="Jan"), version=7, **office.step)
    back = actions.withdraw_contact(contact=made, **office.step)
    assert (back.is_released, back.released_at, back.released_by) == (False, None, None)
    with pytest.raises(WrongState):
        actions.withdraw_contact(contact=made, **office.step)
    assert verbs()[1:3] == ["directory.contact_released", "directory.contact_created"]
    assert verbs()[-1] == "directory.contact_withdrawn"


def test_what_the_public_may_know(office):
    made = release(office, create(office, mobile="0170 1", note="intern", function="Leitung"))
    create(office, name="Nicht frei")
    shown = queries.released_contacts(office.organisation)
    assert shown == [queries.ReleasedContact(made.uid, "Änne Beispiel", "Leitung", "aenne@example.org", "030 23125", ("de", "uk"))]
    actions.archive_contact(contact=made, **office.step)
    assert queries.released_contacts(office.organisation) == []
    actions.restore_contact(contact=made, **office.step)
    assert queries.released_contacts(office.organisation) == shown, "the release holds again"
    actions.archive_entry(entry=office.organisation, **office.step)
    assert queries.released_contacts(office.organisation) == []


def test_archived_ones_and_those_of_archived_organisations_stay_as_they_are(office):
    made, other = create(office), create(office, name="Jan")
    actions.archive_contact(contact=made, **office.step)
    actions.archive_entry(entry=office.organisation, **office.step)
    for contact in (made, other):
        for refused in (
            lambda contact=contact: actions.edit_contact(contact=contact, values={"name": "x"}, version=None, **office.step),
            lambda contact=contact: release(office, contact),
            lambda contact=contact: actions.confirm_contact(contact=contact, **office.step),
        ):
            with pytest.raises(WrongState):
                refused()
    with pytest.raises(WrongState):
        actions.archive_contact(contact=made, **office.step)
    with pytest.raises(WrongState):
        actions.restore_contact(contact=made, **office.step)
    with pytest.raises(WrongState):
        create(office, name="Neu")


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}]
)
def test_others_write_nothing(office, role):
    made = release(office, create(office))
    viewer = viewer_with(office.district, role, organisations=frozenset({office.organisation.uid}))
    step = {"viewer": viewer, "now": office.now}
    for refused in (
        lambda: actions.create_contact(organisation=office.organisation, values={"name": "x"}, **step),
        lambda: actions.edit_contact(contact=made, values={"name": "x"}, version=None, **step),
        lambda: actions.confirm_contact(contact=made, **step),
        lambda: actions.withdraw_contact(contact=made, **step),
        lambda: actions.archive_contact(contact=made, **step),
        lambda: actions.erase_contact(contact=made, **step),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert ContactPerson.objects.get().version == 2


@pytest.mark.parametrize("role", [None, *Role])
def test_list_and_rule_agree(office, role):
    from bruecke.directory import rules

    rows = [create(office), release(office, create(office, name="Jan")), release(office, create(office, name="Olena"))]
    rows[2] = actions.archive_contact(contact=rows[2], **office.step)
    for district in (office.district, make_district("nebenan")):
        viewer = viewer_with(district, *([role] if role else []))
        ruled = {
            row
            for row in rows
            if rules.can_see_contact(viewer, district_id=row.district_id, is_released=row.is_released, is_archived=row.is_archived)
        }
        assert set(ContactPerson.objects.visible_to(viewer)) == ruled


def test_lists_leave_out_whom_nobody_can_reach_any_more(office):
    here, gone = make_contact(office.organisation), make_contact(office.organisation, archived_at=office.now)
    closed = make_contact(make_organisation(office.district, archived_at=office.now))
    assert set(queries.contacts(office.editor, queries.ContactFilters())) == {here}
    assert set(queries.contacts(office.editor, queries.ContactFilters(only_archived=True))) == {gone, closed}


# --- how long -------------------------------------------------------------------------------------------------------------------


def test_who_was_not_checked_for_long_becomes_a_to_do(office):
    old = make_contact(office.organisation, checked_on=office.now.date() - relativedelta(months=12, days=1))
    make_contact(office.organisation, checked_on=office.now.date() - relativedelta(months=12))
    make_contact(office.organisation, checked_on=office.now.date() - relativedelta(years=3), archived_at=office.now)
    lead = viewer_with(office.district, Role.DISTRICT_OFFICE)
    (found,) = todos["directory.contacts"].collect(lead, office.now)
    assert str(found.title).startswith("1 Ansprechperson")
    assert list(todos["directory.contacts"].collect(office.editor, office.now)) == []
    actions.confirm_contact(contact=old, **office.step)
    assert list(todos["directory.contacts"].collect(lead, office.now)) == []


def test_archived_ones_go_after_the_period_of_the_district(office):
    def archived(name, **ago):
        return make_contact(office.organisation, name=name, archived_at=office.now - relativedelta(**ago))

    archived("lange", months=6, days=1)
    archived("kurz", months=5)
    make_contact(office.organisation, name="aktiv")
    left = make_organisation(office.district, archived_at=office.now - relativedelta(months=7))
    make_contact(left, name="ihr Verein ging")
    assert actions.apply_retention(office.district, office.now) == 2
    assert set(ContactPerson.objects.values_list("name", flat=True)) == {"kurz", "aktiv"}
    settings.change_setting(
        district=office.district,
        key=actions.KEEP_ARCHIVED,
        text="4",
        valid_from=office.now.date(),
        viewer=Viewer.system("test", office.district.pk),
        now=office.now,
    )
    assert actions.apply_retention(District.objects.get(pk=office.district.pk), office.now) == 1
    assert list(ContactPerson.history.values_list("name", flat=True)) == ["aktiv"]


def test_erasing_leaves_nothing_of_a_person(office):
    values = dict.fromkeys(("name", "function", "phone", "mobile", "note"), MARK)
    made = create(office, **values, email=f"{MARK}@example.org")
    actions.edit_contact(contact=made, values={"name": "Neuer Name"}, version=None, **office.step)
    other = create(office, name="Jan")
    actions.erase_contact(contact=made, **office.step)
    rows = [*ContactPerson.objects.values_list(), *ContactPerson.history.values_list(), *AuditEntry.objects.values_list()]
    assert MARK.lower() not in str(rows).lower()
    assert list(ContactPerson.objects.all()) == [other]
    assert ContactPerson.history.count() == 1
    assert verbs()[-2:] == ["directory.contact_deleted", "core.contact_erased"]
    assert {"directory.contact_deleted", "core.contact_erased"} <= {verb.key for verb in audit_verbs}


def test_erasing_an_editor_or_an_organisation(office):
    account = make_account()
    viewer = viewer_with(office.district, Role.COORDINATOR, account_id=account.pk)
    made = create(office, name=MARK)
    actions.release_contact(contact=made, version=None, viewer=viewer, now=office.now)
    with without_scope(Escape.ERASURE):
        assert hooks._erase(Subject("account", account.uid), office.now) == 3  # a version; the release, there and in it
    assert ContactPerson.objects.get().released_by is None
    assert not ContactPerson.history.exclude(released_by=None).exists()
    with without_scope(Escape.ERASURE):
        assert hooks._erase(Subject("organisation", office.organisation.uid), office.now) > 0
        assert (ContactPerson.objects.count(), ContactPerson.history.count()) == (0, 0)
        assert hooks._erase(Subject("contact", "unknown"), office.now) == 0


def test_history_stays_in_its_district(office):
    create(office)
    with for_district(make_district("nebenan")):
        assert ContactPerson.history.count() == 0


# --- hierarchy, identifiers, points ---------------------------------------------------------------------------------------------


def edit(office, organisation, **values):
    return actions.edit_organisation(organisation=organisation, values=values, version=None, **office.step)


def test_an_organisation_belongs_to_another_but_never_to_itself(office):
    top, middle, low = (make_organisation(office.district, name=name) for name in ("A", "B", "C"))
    edit(office, middle, parent=top)
    edit(office, low, parent=middle)
    assert queries.children_of(top) == [middle]
    for organisation, parent in ((top, top), (top, low), (middle, low)):
        with pytest.raises(Invalid) as caught:
            edit(office, organisation, parent=parent)
        assert list(caught.value.errors) == ["parent"]
        assert parent not in queries.possible_parents(organisation)
    assert set(queries.possible_parents(middle)) == {top, office.organisation}
    edit(office, low, parent=None)
    assert queries.children_of(middle) == []


def test_an_archived_organisation_is_not_chosen_but_stays(office):
    top, low = make_organisation(office.district, name="A"), make_organisation(office.district, name="B")
    edit(office, low, parent=top)
    actions.archive_entry(entry=top, **office.step)
    edit(office, low, phone="1")
    assert Organisation.objects.get(pk=low.pk).parent == top
    assert top in queries.possible_parents(Organisation.objects.get(pk=low.pk))
    with pytest.raises(Invalid):
        edit(office, office.organisation, parent=top)
    assert top not in queries.possible_parents(office.organisation)


def test_identifiers_are_checked_and_tidied(office):
    given = [{"type": "other", "value": " Träger   4 "}, {"type": "de_vr", "value": "VR 1"}, {"type": "de_hr", "value": ""}]
    changed = edit(office, office.organisation, identifiers=given)
    assert changed.identifiers == [{"type": "de_vr", "value": "VR 1"}, {"type": "other", "value": "Träger 4"}]
    assert [value for _label, value in queries.identifiers_of(changed)] == ["VR 1", "Träger 4"]
    for wrong, field in (
        ([{"type": "de_ags", "value": "123"}], "identifier_de_ags"),
        ([{"type": "de_vr", "value": "1"}, {"type": "de_vr", "value": "2"}], "identifier_de_vr"),
        ([{"type": "steuernummer", "value": "1"}], "identifiers"),
    ):
        with pytest.raises(Invalid) as caught:
            edit(office, office.organisation, identifiers=wrong)
        assert list(caught.value.errors) == [field]


@pytest.mark.parametrize(
    ("lat", "lon", "field", "words"),
    [
        (50.9, None, "lon", "Breite und Länge"),
        (None, 13.9, "lat", "Breite und Länge"),
        (13.9, 50.9, "lat", "vertauscht"),
        (0.0, 0.0, "lat", "nicht in Deutschland"),
    ],
)
def test_a_point_lies_in_germany(office, lat, lon, field, words):
    location = make_location(office.organisation)
    with pytest.raises(Invalid, match=words) as caught:
        actions.edit_location(location=location, values={"lat": lat, "lon": lon}, version=None, **office.step)
    assert list(caught.value.errors) == [field]
    with pytest.raises(Invalid):
        actions.create_location(organisation=office.organisation, values={"name": "x", "lat": lat, "lon": lon}, **office.step)
    moved = actions.edit_location(location=location, values={"lat": 50.9632, "lon": 13.9403}, version=None, **office.step)
    assert (moved.lat, moved.lon) == (50.9632, 13.9403)
