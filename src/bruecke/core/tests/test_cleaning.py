"""Photos and PDFs of strangers: what is taken comes out clean, what is hostile is refused in words, within limits."""

import io
import zlib

import pikepdf
import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from PIL import Image

from bruecke.core import cleaning
from bruecke.core.cleaning_child import bare_jpeg
from bruecke.core.errors import Invalid
from bruecke.core.files import MAX_BYTES
from bruecke.core.tests.strangers import huge_png, jpeg, locked_pdf, pdf, png, wicked_pdf


def clean(content: bytes) -> cleaning.CheckedFile:
    return cleaning.clean_upload(io.BytesIO(content))


def test_photo_loses_place_and_camera_and_is_turned_upright():
    original = jpeg((40, 20), orientation=6, words=b"51.0089N 13.6472E")
    assert b"51.0089N" in original
    made = clean(original + b"<html><script>alert(1)</script></html>")
    assert made.content_type == "image/jpeg"
    assert b"51.0089N" not in made.content
    assert b"script" not in made.content
    with Image.open(io.BytesIO(made.content)) as image:
        assert image.size == (20, 40)
        assert not image.getexif()


@pytest.mark.parametrize(("form", "kind"), [("PNG", "image/png"), ("WEBP", "image/jpeg"), ("JPEG", "image/jpeg")])
def test_each_form_of_photo(form, kind):
    data = io.BytesIO()
    Image.new("RGBA" if form != "JPEG" else "RGB", (3000, 30), "navy").save(data, form)
    made = clean(data.getvalue())
    assert made.content_type == kind
    with Image.open(io.BytesIO(made.content)) as image:
        assert image.width == 2400
        assert image.mode == "RGB"


def test_pdf_keeps_its_pages_and_nothing_that_acts():
    hostile = wicked_pdf()
    assert b"app.alert" in hostile
    made = clean(hostile)
    assert made.content_type == "application/pdf"
    for word in (b"JavaScript", b"app.alert", b"EmbeddedFile", b"OpenAction", b"/AA", b"/URI", b"/Metadata", b"Erika Muster"):
        assert word not in made.content, word
    with pikepdf.open(io.BytesIO(made.content)) as document:
        assert len(document.pages) == 1
        assert b"Hallo" in document.pages[0].Contents.read_bytes()
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert not document.attachments
        assert not document.is_encrypted
        assert "/Annots" not in document.pages[0].obj


def test_what_was_filled_in_stays_readable():
    """The value of a form field is drawn into the page; the field itself is gone."""
    document = pikepdf.open(io.BytesIO(pdf()))
    look = document.make_stream(b"BT /F1 12 Tf 2 5 Td (Ausgefuellt) Tj ET")
    look["/Type"], look["/Subtype"], look["/BBox"] = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 200, 20])
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="name", V="Ausgefuellt",
            Rect=pikepdf.Array([10, 10, 210, 30]), F=4, AP=pikepdf.Dictionary(N=look),
        )
    )  # fmt: skip
    document.pages[0].Annots = pikepdf.Array([field])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    filled = io.BytesIO()
    document.save(filled)
    made = pikepdf.open(io.BytesIO(clean(filled.getvalue()).content))
    drawn = b"".join(one.read_bytes() for one in made.objects if isinstance(one, pikepdf.Stream))
    assert b"Ausgefuellt" in drawn
    assert "/Annots" not in made.pages[0].obj


def test_photo_inside_a_pdf_loses_its_notes_too():
    photo = jpeg((40, 20), words=b"51.0089N 13.6472E")
    document = pikepdf.open(io.BytesIO(pdf()))
    picture = document.make_stream(photo)
    for key, value in (("Type", "/XObject"), ("Subtype", "/Image"), ("ColorSpace", "/DeviceRGB"), ("Filter", "/DCTDecode")):
        picture[f"/{key}"] = pikepdf.Name(value)
    picture["/Width"], picture["/Height"], picture["/BitsPerComponent"] = 40, 20, 8
    document.pages[0].Resources.XObject = pikepdf.Dictionary(Im0=picture)
    held = io.BytesIO()
    document.save(held)
    made = clean(held.getvalue()).content
    assert b"51.0089N" in held.getvalue()
    assert b"51.0089N" not in made
    with pikepdf.open(io.BytesIO(made)) as document:
        inside = document.pages[0].Resources.XObject.Im0.read_raw_bytes()
    with Image.open(io.BytesIO(inside)) as image:
        assert image.size == (40, 20)


def test_pdf_that_opens_without_a_password_is_freed_of_its_lock():
    document = pikepdf.open(io.BytesIO(pdf()))
    locked = io.BytesIO()
    document.save(locked, encryption=pikepdf.Encryption(owner="geheim", user=""))
    made = clean(locked.getvalue())
    assert not pikepdf.open(io.BytesIO(made.content)).is_encrypted


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Dateityp"),
        (b"<html><script>alert(1)</script></html>", "Dateityp"),
        (b"GIF89a\x01\x00\x01\x00", "Dateityp"),
        (b"MZ\x90\x00", "Dateityp"),
        (b"PK\x03\x04", "Dateityp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
        (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>", "beschädigt"),
        (jpeg((400, 400))[:700], "beschädigt"),
        (png((40, 40))[:60], "beschädigt"),
        (b"%PDF-1.7\n%%EOF", "beschädigt"),
        (pdf()[:300], "beschädigt"),
        (pdf()[:-120], "beschädigt"),
        (b"%PDF-1.7\n<html><script>alert(1)</script></html>", "beschädigt"),
        (b"x" * (MAX_BYTES + 1), "zu groß"),
        (b"%PDF-" + b"0" * MAX_BYTES, "zu groß"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_and_broken_files_are_refused_in_words(content, words):
    with pytest.raises(Invalid, match=words):
        clean(content)


def test_password_and_too_many_pages():
    with pytest.raises(Invalid, match="Passwort"):
        clean(locked_pdf())
    with pytest.raises(Invalid, match="30"):
        clean(pdf(pages=31))


def test_twenty_thousand_by_twenty_thousand_is_never_unpacked():
    bomb = huge_png(20_000)
    assert len(bomb) < 2_000_000
    with pytest.raises(Invalid, match="Bildpunkte"):
        clean(bomb)


def test_pdf_that_swells_ends_with_its_process(monkeypatch):
    """A hundred and fifty streams of four hundred megabytes of nothing: the child runs out of its time, the house does not."""
    monkeypatch.setattr(cleaning, "_SECONDS", 3)
    document = pikepdf.open(io.BytesIO(pdf()))
    packed = zlib.compress(zlib.compress(b"\0" * 400_000_000, 9), 9)
    filters = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    swell = [document.make_stream(packed, Filter=filters) for _ in range(150)]
    document.pages[0].Contents = pikepdf.Array(swell)
    held = io.BytesIO()
    document.save(held, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(held.getvalue()) < MAX_BYTES
    with pytest.raises(Invalid, match="aufwendig"):
        clean(held.getvalue())


def test_mistake_of_ours_is_not_hidden_as_a_bad_file(monkeypatch, tmp_path):
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(cleaning, "_CHILD", broken)
    with pytest.raises(RuntimeError):
        clean(pdf())


def test_bare_jpeg_leaves_what_it_does_not_know():
    assert bare_jpeg(b"no jpeg") == b"no jpeg"
    assert bare_jpeg(b"\xff\xd8\xff\xfe\x00\x06note\xff\xda\x00\x02rest") == b"\xff\xd8\xff\xda\x00\x02rest"


def test_of_too_large_and_too_many_files_nothing_more_is_kept(rf):
    request = rf.post("/", {"a": [io.BytesIO(b"one"), io.BytesIO(b"x" * (MAX_BYTES + 3_000_000)), io.BytesIO(b"three")]})
    request.upload_handlers = [cleaning.ShortUploads(request, most=2), TemporaryFileUploadHandler(request)]
    sizes = [file.size for file in request.FILES.getlist("a")]
    request.close()
    assert sizes[0] == 3
    assert MAX_BYTES < sizes[1] < MAX_BYTES + 200_000
    assert sizes[2] == 0
