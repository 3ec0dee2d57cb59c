"""Files with a question: sent, read by who may, refused with the words kept, gone with the question."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bruecke.accounts.tests.factories import log_in
from bruecke.core.errors import NotAllowed
from bruecke.core.files import MAX_BYTES, CheckedFile
from bruecke.core.models import AuditEntry, StoredFile
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.tests.strangers import jpeg, locked_pdf, pdf, png, wicked_pdf
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.actions.attaching import note_file_read
from bruecke.enquiries.forms import AskForm, FollowUpForm
from bruecke.enquiries.models import Attachment, Enquiry, Message
from bruecke.enquiries.queries import attachments
from bruecke.enquiries.states import ConsentBasis, Passed
from bruecke.enquiries.tests.factories import HEIDENAU, MARKER, ask, code_of, link_token, make_offers, refer, viewer
from bruecke.enquiries.tests.test_public_views import ASK, CODE, STATUS, filled, guard_data

PHOTO = CheckedFile(png(), "image/png")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files of a test lie in its own folder."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def upload(content: bytes, name: str = "Erika Muster Bescheid.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def with_photo(scene, now, **values) -> Attachment:
    enquiry = ask(scene, now, **values)
    holder = queries.holder_viewer(enquiry)
    message = actions.add_follow_up(enquiry=enquiry, text="Hier der Brief", files=[PHOTO], viewer=holder, now=now)
    return message.attachments.get()


def follow_up(**values):
    return {"code": code_of("a"), "text": f"Noch etwas {MARKER}", **guard_data(FollowUpForm), **values}


# --- sending -----------------------------------------------------------------------------------------------------------


def test_question_with_photo_and_pdf(client, scene, now, media):
    sent = filled(scene, now, attachments=[upload(jpeg(words=b"51.0089N")), upload(wicked_pdf(), "x.jpg")])
    page = client.post(ASK, sent)
    assert page.status_code == 200
    first, second = Attachment.objects.select_related("file", "message").order_by("pk")
    assert first.message == second.message == Message.objects.get()
    assert [one.file.original_name for one in (first, second)] == ["Foto-1.jpg", "Dokument-2.pdf"]
    assert {one.file.about_uid for one in (first, second)} == {Enquiry.objects.get().uid}
    assert not first.file.is_public
    assert b"51.0089N" not in (media / first.file.path).read_bytes()
    assert b"JavaScript" not in (media / second.file.path).read_bytes()
    code = CODE.search(page.content.decode()).group()
    shown = client.post(STATUS, {"code": code}).content.decode()
    assert "Foto 1" in shown
    assert "Dokument 2" in shown
    assert "Erika" not in shown


def test_sent_twice_is_kept_once(client, scene, now):
    data = filled(scene, now)
    for _ in range(2):
        client.post(ASK, {**data, "attachments": upload(jpeg())})
    assert Attachment.objects.count() == 1
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([b""], "leer"),
        ([b"<svg onload='alert(1)'/>"], "Dateityp"),
        ([jpeg(), b"<html><script>"], "Datei 2"),
        ([pdf()[:200]], "beschädigt"),
        ([locked_pdf()], "Passwort"),
        ([jpeg()] * 4, "höchstens drei"),
        ([b"x" * (MAX_BYTES + 1)], "zu groß"),
        ([b"x" * 50_000_000], "zu groß"),
    ],
    ids=["empty", "svg", "html second", "half", "locked", "four", "eleven megabytes", "fifty megabytes"],
)
def test_refused_file_costs_no_word_that_was_typed(client, scene, now, files, words):
    sent = filled(scene, now, text=f"Mein Text {MARKER}", attachments=[upload(content) for content in files])
    response = client.post(ASK, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert MARKER in page
    assert "noch einmal aus" in page
    assert not Enquiry.objects.exists()
    assert not StoredFile.objects.exists()


def test_files_are_weighed_and_not_cleaned_when_something_else_is_wrong(client, scene, now, monkeypatch):
    def never(*args):
        raise AssertionError("cleaned before the rest was right")

    monkeypatch.setattr("bruecke.enquiries.forms.attaching.clean_upload", never)
    response = client.post(ASK, filled(scene, now, text="", attachments=upload(jpeg())))
    assert response.status_code == 422
    assert "noch einmal aus" in response.content.decode()


def test_choosing_another_place_says_that_files_are_gone(client, scene, now):
    page = client.post(ASK, {**filled(scene, now, attachments=upload(jpeg())), "_place": "1"}).content.decode()
    assert "noch einmal aus" in page
    assert "noch einmal aus" not in client.get(ASK).content.decode()


def test_form_takes_files_without_script_and_says_what_to_leave_out(client, scene):
    page = client.get(ASK).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file"' in page
    assert "Bitte schicken Sie nur mit" in page
    assert "files" not in AskForm(places=[], topics=[]).initial


def test_follow_up_with_a_photo_and_the_limit_of_a_question(client, scene, now):
    ask(scene, now, seed="a")
    for _ in range(4):
        assert client.post(f"{STATUS}nachricht/", follow_up(attachments=[upload(png()) for _number in range(3)])).status_code == 200
    assert Attachment.objects.count() == rules.MAX_FILES_OF_ONE
    response = client.post(f"{STATUS}nachricht/", follow_up(attachments=upload(png())))
    assert response.status_code == 422
    assert "Mehr als zwölf" in response.content.decode()
    assert MARKER in response.content.decode()
    assert Attachment.objects.count() == rules.MAX_FILES_OF_ONE


# --- reading -----------------------------------------------------------------------------------------------------------


def test_resident_opens_it_with_the_code_and_nobody_else(client, scene, now):
    found = with_photo(scene, now, seed="a")
    ask(scene, now, seed="b")
    address = f"{STATUS}datei/"
    response = client.post(address, {"code": code_of("a"), "file": found.uid})
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"
    with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
        assert image.size == (60, 40)
    assert client.post(address, {"code": code_of("b"), "file": found.uid}).status_code == 404
    assert client.post(address, {"code": code_of("a"), "file": "x"}).status_code == 404
    assert client.post(address, {"code": code_of("c"), "file": found.uid}).status_code == 422
    assert client.get(address, {"code": code_of("a"), "file": found.uid}).status_code == 302


def desk(scene, enquiry, rest: str = "") -> str:
    return f"/intern/{scene.district.slug}/fragen/{enquiry.uid}/{rest}"


def test_desk_shows_files_in_the_dialogue_and_leaves_a_trace_of_reading(client, scene, now):
    found = with_photo(scene, now)
    log_in(client, scene.accounts["heidenau"])
    page = client.get(desk(scene, found.enquiry)).content.decode()
    assert f"dateien/{found.uid}/vorschau/" in page
    assert "Foto-1.png" in page
    small = client.get(desk(scene, found.enquiry, f"dateien/{found.uid}/vorschau/"))
    assert small["Content-Type"] == "image/jpeg"
    assert small["Cache-Control"] == "no-store"
    assert not AuditEntry.objects.filter(verb="enquiry.file_read").exists()
    response = client.get(desk(scene, found.enquiry, f"dateien/{found.uid}/"))
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"
    b"".join(response.streaming_content)
    entry = AuditEntry.objects.get(verb="enquiry.file_read")
    assert (entry.actor_id, entry.target_uid) == (scene.accounts["heidenau"].pk, found.uid)
    assert client.get(desk(scene, found.enquiry, "dateien/x/")).status_code == 404


def test_file_of_one_question_is_not_reached_through_another(client, scene, now):
    found, other = with_photo(scene, now), ask(scene, now)
    log_in(client, scene.accounts["heidenau"])
    assert client.get(desk(scene, other, f"dateien/{found.uid}/")).status_code == 404
    log_in(client, scene.accounts["freital"])
    for rest in (f"dateien/{found.uid}/", f"dateien/{found.uid}/vorschau/"):
        assert client.get(desk(scene, found.enquiry, rest)).status_code == 404
    assert not AuditEntry.objects.filter(verb="enquiry.file_read").exists()


def test_pdf_at_the_desk_is_saved_and_has_no_preview(client, scene, now):
    enquiry = ask(scene, now)
    message = actions.add_follow_up(
        enquiry=enquiry, text="x", files=[CheckedFile(pdf(), "application/pdf")], viewer=queries.holder_viewer(enquiry), now=now
    )
    found = message.attachments.get()
    log_in(client, scene.accounts["heidenau"])
    assert "vorschau" not in client.get(desk(scene, enquiry)).content.decode()
    response = client.get(desk(scene, enquiry, f"dateien/{found.uid}/"))
    assert response["Content-Disposition"] == 'attachment; filename="Dokument-1.pdf"'
    b"".join(response.streaming_content)
    assert client.get(desk(scene, enquiry, f"dateien/{found.uid}/vorschau/")).status_code == 404


def test_desk_answers_with_a_pdf_that_the_resident_opens(client, scene, now):
    enquiry = ask(scene, now, seed="a")
    log_in(client, scene.accounts["heidenau"])
    client.get(desk(scene, enquiry))
    data = {"text": "Hier das Blatt", "language": "de", "version": str(Enquiry.objects.get().version)}
    refused = client.post(desk(scene, enquiry), {**data, "attachments": upload(b"<html>")})
    assert refused.status_code == 422
    assert "Hier das Blatt" in refused.content.decode()
    assert "Dateityp" in refused.content.decode()
    assert client.post(desk(scene, enquiry), {**data, "attachments": upload(pdf())}).status_code == 302
    found = Attachment.objects.select_related("message").get()
    assert found.message.is_from_office
    client.logout()
    response = client.post(f"{STATUS}datei/", {"code": code_of("a"), "file": found.uid})
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_provider_opens_what_was_passed_on_and_leaves_a_trace(client, scene, now):
    found = with_photo(scene, now)
    [offer] = make_offers(scene, "Deutsch-Treff")
    passes = (Passed.TOPIC, Passed.TEXT, Passed.ATTACHMENTS)
    made = refer(scene, now, found.enquiry, offer, basis=ConsentBasis.IN_PERSON, passes=passes)
    address = f"/de/musterkreis/vermittlung/{link_token(made)}/datei/"
    response = client.post(address, {"email": made.to_email, "file": found.uid})
    assert response.status_code == 200
    b"".join(response.streaming_content)
    entry = AuditEntry.objects.get(verb="enquiry.file_read")
    assert entry.reason == rules.LINK_PURPOSE


def test_reading_asks_the_rule(scene, now):
    found = with_photo(scene, now)
    with pytest.raises(NotAllowed):
        note_file_read(attachment=found, enquiry=found.enquiry, viewer=viewer(scene, "freital", now), now=now)


# --- leaving -----------------------------------------------------------------------------------------------------------


def test_erased_with_its_question_rows_and_files(scene, now, media, django_capture_on_commit_callbacks):
    found, other = with_photo(scene, now, seed="a"), with_photo(scene, now, seed="b")
    assert (media / found.file.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_own_enquiry(enquiry=found.enquiry, viewer=queries.holder_viewer(found.enquiry), now=now)
    assert list(Attachment.objects.all()) == [other]
    assert list(StoredFile.objects.all()) == [other.file]
    assert not (media / found.file.path).exists()
    assert (media / other.file.path).exists()


def test_lists_take_the_same_number_of_queries_with_one_and_three_files(scene, now, django_assert_num_queries):
    first = with_photo(scene, now).enquiry
    with django_assert_num_queries(2):
        assert len(queries.dialogue(first)[1].attachments.all()) == 1
    second = ask(scene, now, HEIDENAU)
    actions.add_follow_up(enquiry=second, text="x", files=[PHOTO] * 3, viewer=queries.holder_viewer(second), now=now)
    with django_assert_num_queries(2):
        assert len(queries.dialogue(second)[1].attachments.all()) == 3


def test_file_of_another_district_is_not_there(scene, now):
    found = with_photo(scene, now)
    with for_district(make_district("nachbarkreis")):
        assert attachments.attachment_of(found.enquiry, found.uid) is None
