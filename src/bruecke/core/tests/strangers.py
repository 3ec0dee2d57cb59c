"""Files as strangers send them, harmless and hostile; made here, so that none of them lies in the repository."""

import io
import struct
import zlib

import pikepdf
from PIL import Image


def jpeg(size: tuple[int, int] = (60, 40), *, orientation: int = 0, words: bytes = b"") -> bytes:
    """A photo, with notes of its camera."""
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if words:
        exif[0x010E] = words.decode()
    data = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(data, "JPEG", exif=exif)
    return data.getvalue()


def png(size: tuple[int, int] = (60, 40)) -> bytes:
    data = io.BytesIO()
    Image.effect_noise(size, 40).save(data, "PNG")
    return data.getvalue()


def huge_png(side: int) -> bytes:
    """A true PNG of side × side black points, packed small, written row by row."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer, row = zlib.compressobj(9), b"\0" * (side + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _document(pages: int = 1) -> pikepdf.Pdf:
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Contents = document.make_stream(b"BT /F1 24 Tf 72 720 Td (Hallo) Tj ET")
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    return document


def _saved(document: pikepdf.Pdf, **options: object) -> bytes:
    data = io.BytesIO()
    document.save(data, **options)
    return data.getvalue()


def pdf(pages: int = 1) -> bytes:
    return _saved(_document(pages))


def locked_pdf() -> bytes:
    return _saved(_document(), encryption=pikepdf.Encryption(owner="geheim", user="geheim"))


def wicked_pdf() -> bytes:
    """Scripts on opening and on the page, a link, a hidden program, a name in the metadata."""
    document = _document()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = document.make_indirect(script)
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", script])))
    document.attachments["programm.exe"] = b"MZ EmbeddedFile"
    page = document.pages[0]
    page.obj.AA = pikepdf.Dictionary(O=script)
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/")
    page.obj.Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9]), A=link)]
    )
    page.obj.Resources.Font.F1.Metadata = document.make_stream(b"EmbeddedFile in a font")
    page.obj.Contents["/AF"] = pikepdf.Array([script])
    document.docinfo["/Author"] = "Erika Muster"
    return _saved(document, compress_streams=False)
