"""Writes of the directory: versions, archive with undo, logos known by content, history that stays in its district."""

import io

import pytest
from django.core.files.storage import default_storage
from django_scopes import ScopeError
from PIL import Image

from bruecke.accounts.tests.factories import make_account
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, StoredFile
from bruecke.core.registries import Subject
from bruecke.core.scope import Escape, ScopeViolation, for_district, without_scope
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions, hooks, queries, rules
from bruecke.directory.models import ContactPerson, Location, Organisation
from bruecke.directory.tests.factories import make_location, make_organisation
from bruecke.places.tests.factories import make_municipality

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def image(kind: str = "PNG", **more) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(file, format=kind, **more)
    return file.getvalue()


def create(scene, **values):
    given = {"name": "Verein Öffnung", "kind": "association", **values}
    return actions.create_organisation(district=scene.district, values=given, viewer=scene.editor, now=scene.now)


def test_create_edit_and_stale(scene):
    made = create(scene)
    changed = actions.edit_organisation(
        organisation=made, values={"phone": "+49 30 23125 201"}, version=1, viewer=scene.editor, now=scene.now
    )
    assert (changed.version, changed.phone, changed.name) == (2, "+49 30 23125 201", "Verein Öffnung")
    with pytest.raises(Stale):
        actions.edit_organisation(organisation=made, values={"phone": ""}, version=1, viewer=scene.editor, now=scene.now)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "fields")) == [
        ("directory.organisation_created", ["kind", "name"]),
        ("directory.organisation_changed", ["phone"]),
    ]


def test_a_name_is_taken_once_among_the_active_ones(scene):
    made = create(scene)
    with pytest.raises(Invalid) as caught:
        create(scene, name="verein öffnung")
    assert list(caught.value.errors) == ["name"]
    actions.archive_entry(entry=made, viewer=scene.editor, now=scene.now)
    create(scene)
    with pytest.raises(Invalid):
        actions.restore_entry(entry=made, viewer=scene.editor, now=scene.now)


def test_archive_and_restore(scene):
    made = create(scene)
    actions.archive_entry(entry=made, viewer=scene.editor, now=scene.now)
    assert list(queries.usable_organisations()) == []
    with pytest.raises(WrongState):
        actions.archive_entry(entry=made, viewer=scene.editor, now=scene.now)
    with pytest.raises(WrongState):
        actions.edit_organisation(organisation=made, values={"phone": "1"}, version=None, viewer=scene.editor, now=scene.now)
    actions.restore_entry(entry=made, viewer=scene.editor, now=scene.now)
    assert list(queries.usable_organisations()) == [made]


def test_a_location_lies_in_the_district(scene):
    made = create(scene)
    elsewhere = make_municipality("14522180", "Freiberg")
    with pytest.raises(Invalid) as caught:
        actions.create_location(organisation=made, values={"name": "Büro", "area": elsewhere}, viewer=scene.editor, now=scene.now)
    assert list(caught.value.errors) == ["area"]
    location = actions.create_location(
        organisation=made, values={"name": "Büro", "area": scene.area}, viewer=scene.editor, now=scene.now
    )
    actions.edit_location(location=location, values={"town": "Freital"}, version=1, viewer=scene.editor, now=scene.now)
    with pytest.raises(Stale):
        actions.edit_location(location=location, values={"town": "X"}, version=1, viewer=scene.editor, now=scene.now)
    assert [one.town for one in queries.locations_of(made)] == ["Freital"]


@pytest.mark.parametrize("role", list(Role))
def test_who_may_write(scene, role):
    viewer = viewer_with(scene.district, role)
    allowed = role in {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}
    assert rules.can_create_organisation(viewer) is allowed
    if not allowed:
        made = create(scene)
        with pytest.raises(NotAllowed):
            actions.edit_organisation(organisation=made, values={"phone": "1"}, version=None, viewer=viewer, now=scene.now)


def test_people_of_an_organisation_edit_it_but_do_not_archive_it(scene):
    made, other = create(scene), make_organisation(scene.district)
    viewer = viewer_with(scene.district, Role.EMPLOYER, organisations=frozenset({made.uid}))
    actions.edit_organisation(organisation=made, values={"phone": "1"}, version=None, viewer=viewer, now=scene.now)
    for refused in (
        lambda: actions.archive_entry(entry=made, viewer=viewer, now=scene.now),
        lambda: actions.edit_organisation(organisation=other, values={}, version=None, viewer=viewer, now=scene.now),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize("role", [None, *Role])
def test_list_and_rule_agree(scene, role):
    rows = [make_organisation(scene.district), make_organisation(scene.district)]
    for district in (scene.district, make_district("nebenan")):
        viewer = viewer_with(district, *([role] if role else []))
        listed = set(Organisation.objects.visible_to(viewer))
        assert listed == {row for row in rows if rules.can_see_entry(viewer, district_id=row.district_id)}


# --- logos ---


def test_a_logo_is_re_encoded_and_the_old_one_goes(scene, django_capture_on_commit_callbacks):
    made = create(scene)
    with_secret = image("JPEG", exif=_exif("geheim"))
    actions.set_logo(organisation=made, file=io.BytesIO(with_secret), name="a.jpg", viewer=scene.editor, now=scene.now)
    first = StoredFile.objects.get()
    assert first.is_public
    with default_storage.open(first.path) as file:
        assert b"geheim" not in file.read()
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_logo(organisation=made, file=io.BytesIO(image()), name="b.png", viewer=scene.editor, now=scene.now)
    second = StoredFile.objects.get()
    assert second.pk != first.pk
    assert not default_storage.exists(first.path)
    assert queries.public_logo(second.uid) == second
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_logo(organisation=made, viewer=scene.editor, now=scene.now)
    assert not default_storage.exists(second.path)
    with pytest.raises(WrongState):
        actions.remove_logo(organisation=made, viewer=scene.editor, now=scene.now)


def _exif(text: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = text
    return exif.tobytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [(SVG, "logo.svg"), (SVG, "logo.png"), (b"%PDF-1.4 %%EOF", "logo.png"), (b"", "logo.png"), (image("GIF"), "logo.gif")],
)
def test_what_is_no_image_is_refused_with_a_sentence(scene, content, name):
    made = create(scene)
    with pytest.raises(Invalid) as caught:
        actions.set_logo(organisation=made, file=io.BytesIO(content), name=name, viewer=scene.editor, now=scene.now)
    assert list(caught.value.errors) == ["logo"]
    assert StoredFile.objects.count() == 0


def test_an_image_under_a_false_name_is_refused(scene):
    with pytest.raises(Invalid, match="passt nicht"):
        actions.set_logo(organisation=create(scene), file=io.BytesIO(image()), name="a.jpg", viewer=scene.editor, now=scene.now)


# --- history ---


def test_history_names_who_and_what(scene):
    account = make_account("Integrationskoordination Freital")
    viewer = viewer_with(scene.district, Role.COORDINATOR, account_id=account.pk)
    made = create(scene)
    actions.edit_organisation(
        organisation=made, values={"phone": "1", "email": "a@example.org"}, version=1, viewer=viewer, now=scene.now
    )
    newest, first = queries.changes_of(made)
    assert (newest.who, [str(label) for label in newest.fields]) == ("Integrationskoordination Freital", ["E-Mail", "Telefon"])
    assert first.is_first


def test_history_stays_in_its_district(scene):
    create(scene)
    assert Organisation.history.count() == 1
    assert Organisation.history.model.objects.count() == 1
    with for_district(make_district("nebenan")):
        assert Organisation.history.count() == 0
        assert Organisation.history.model.objects.count() == 0


def test_history_outside_a_scope_raises(db):
    with pytest.raises(ScopeViolation):
        Organisation.history.count()
    with pytest.raises(ScopeError):
        Organisation.history.model.objects.count()


def test_erasing_covers_history_and_editors(scene):
    account = make_account()
    viewer = viewer_with(scene.district, Role.COORDINATOR, account_id=account.pk)
    made = create(scene, email="marker-7f3a@example.org")
    actions.edit_organisation(organisation=made, values={"phone": "marker-7f3a"}, version=1, viewer=viewer, now=scene.now)
    make_location(made, street="marker-7f3a")
    with without_scope(Escape.ERASURE):
        assert hooks._erase(Subject("account", account.uid), scene.now) == 1
        assert not Organisation.history.filter(history_user_id=account.pk).exists()
        assert hooks._erase(Subject("organisation", made.uid), scene.now) > 0
        rows = [*Organisation.objects.values_list(), *Location.objects.values_list()]
        rows += [*Organisation.history.values_list(), *Location.history.values_list()]
        assert "marker-7f3a" not in str(rows)
        assert hooks._erase(Subject("enquiry", made.uid), scene.now) == 0


def test_the_demo_is_loaded_once(scene):
    from random import Random

    from bruecke.core.registries import DemoContext
    from bruecke.directory.demo import ORGANISATIONS, load_directory

    for houses in (house for _key, _name, _kind, list_ in ORGANISATIONS["landkreis-leipzig"] for house in list_):
        if not type(scene.area).objects.filter(pk=houses[-1]).exists():
            make_municipality(houses[-1], houses[1])
    district = make_district("landkreis-leipzig", ags="14729")
    for _time in range(2):
        context = DemoContext(now=scene.now, random=Random(1), districts=[district])
        load_directory(context)
    with for_district(district):
        assert Organisation.objects.count() == len(ORGANISATIONS["landkreis-leipzig"])
        assert list(ContactPerson.objects.values_list("name", flat=True)) == ["Pavel Muster"]
    assert context.made["locations"]["landkreis-leipzig", "borna"].town
    assert Viewer.system("demo").is_system
