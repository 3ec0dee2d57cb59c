"""Uploads are what their content says, or they are refused."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bruecke.core import files
from bruecke.core.errors import Invalid
from bruecke.core.models import StoredFile
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district, viewer_with

ALL = frozenset(files._EXTENSIONS)
IMAGES = frozenset({"image/png", "image/jpeg", "image/webp"})


def picture(form="PNG", size=(30, 20), **options) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "navy").save(data, form, **options)
    return data.getvalue()


def archive(**parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", picture(), "image/png"),
        ("a.JPEG", picture("JPEG"), "image/jpeg"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.pdf", b"%PDF-1.7\n...\n%%EOF\n", "application/pdf"),
        ("a.docx", archive(word__document_xml="<w/>"), files._OFFICE_PARTS["word/document.xml"]),
        ("a.csv", b"Ort;PLZ\nFreital;01705\n", "text/csv"),
    ],
)
def test_kind_follows_from_content(name, content, kind):
    assert files.check_file(io.BytesIO(content), name, accept=ALL).content_type == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("lie.png", b"%PDF-1.7\n%%EOF"),
        ("lie.pdf", picture()),
        ("half.png", picture()[:60]),
        ("macro.docx", archive(word__document_xml="<w/>", word__vbaProject_bin="x")),
        ("broken.docx", b"PK\x03\x04 not a zip"),
        ("empty.pdf", b""),
        ("program.csv", b"\0\0;\0"),
        ("large.pdf", b"%PDF-" + b"0" * files.MAX_BYTES),
    ],
)
def test_lies_and_dangers_are_refused(name, content):
    with pytest.raises(Invalid):
        files.check_file(io.BytesIO(content), name, accept=ALL)


def test_only_accepted_kinds_pass():
    with pytest.raises(Invalid, match="JPG, PNG, WEBP"):
        files.check_file(io.BytesIO(b"%PDF-1.7\n%%EOF"), "a.pdf", accept=IMAGES)


def test_image_is_encoded_anew_without_metadata():
    exif = Image.Exif()
    exif[0x010E] = "where the person lives"
    original = picture("JPEG", exif=exif) + b"<?php hidden ?>"
    checked = files.check_file(io.BytesIO(original), "a.jpg", accept=ALL)
    assert b"where the person lives" in original
    assert b"where the person lives" not in checked.content
    assert b"php" not in checked.content


def test_huge_image_is_made_smaller():
    checked = files.check_file(io.BytesIO(picture(size=(3000, 10))), "a.png", accept=ALL)
    assert Image.open(io.BytesIO(checked.content)).width == files.LONGEST_SIDE


@pytest.mark.django_db
def test_stored_under_a_random_name_and_private_ones_are_downloads(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    district = make_district()
    checked = files.check_file(io.BytesIO(b"%PDF-1.7\n%%EOF"), "Bescheid.pdf", accept=ALL)
    with for_district(district):
        stored = files.store_file(checked, name="..\\..\\Bescheid.pdf", district=district, viewer=viewer_with(district), now=NOW)
        assert "Bescheid" not in stored.path
        assert stored.original_name == "Bescheid.pdf"
        response = files.file_response(stored)
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        response.close()
        with pytest.raises(Invalid):
            files.store_file(checked, name="a.pdf", district=district, viewer=viewer_with(district), now=NOW, is_public=True)


@pytest.mark.django_db(transaction=True)
def test_deleted_file_leaves_the_disk_with_the_commit(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    district = make_district()
    with for_district(district):
        checked = files.CheckedFile(b"%PDF-", "application/pdf")
        stored = files.store_file(checked, name="a.pdf", district=district, viewer=viewer_with(district), now=NOW)
        assert (tmp_path / stored.path).exists()
        files.delete_file(stored)
        assert not StoredFile.objects.exists()
    assert not (tmp_path / stored.path).exists()


@pytest.mark.django_db
def test_files_that_no_row_knows_go_after_a_day(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    district = make_district()
    with for_district(district):
        assert files.forget_orphans(district, NOW) == 0
        checked = files.CheckedFile(picture(), "image/png")
        kept = files.store_file(checked, name="a.png", district=district, viewer=viewer_with(district), now=NOW)
        lost = files.store_file(checked, name="b.png", district=district, viewer=viewer_with(district), now=NOW)
        lost.delete()
        made = (tmp_path / lost.path).stat().st_mtime
        assert files.forget_orphans(district, datetime.fromtimestamp(made, UTC) + timedelta(hours=23)) == 0
        assert files.forget_orphans(district, datetime.fromtimestamp(made, UTC) + timedelta(hours=25)) == 1
        assert [path.name for path in (tmp_path / district.uid).iterdir()] == [kept.path.split("/")[1]]
        with Image.open(io.BytesIO(files.small_picture(kept))) as small:
            assert (small.format, small.size) == ("JPEG", (30, 20))
