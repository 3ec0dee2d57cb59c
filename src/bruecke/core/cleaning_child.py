"""Program of its own, run by `core.cleaning`: takes one strange photo or PDF apart under limits of the kernel and writes it anew.

    python -I cleaning_child.py image|pdf < uploaded > clean

Exit 0: the first line names the content type, the rest is the clean file. Exit 3: one word says why not. Knows nothing of Brücke.
"""

import io
import resource
import sys
import warnings
from typing import Any

MEMORY, SECONDS = 1024**3, 6
PIXELS, PIXELS_OF_A_PHOTO = 40_000_000, 130_000_000
LONGEST_SIDE = 2400
PAGES = 30
_KEPT_OF_A_PAGE = frozenset(
    {
        *("/Type", "/Parent", "/Resources", "/Contents", "/Group"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit"),
    }
)
_DROPPED = (
    *("/JS", "/AA", "/OpenAction", "/Launch", "/URI", "/AF", "/EF", "/EmbeddedFiles", "/Ref", "/OPI", "/Alternates"),
    *("/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents"),
)
_MAPS_OF_NAMES = ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties")
_DEPTH = 40


class Refused(Exception):
    """The file is not taken; the word says why."""


def limit_myself() -> None:
    """More memory, time, files or core dumps than this are not given, whatever the file asks for."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


# --- photos ------------------------------------------------------------------------------------------------------------


def clean_image(content: bytes) -> tuple[str, bytes]:
    """The picture alone: turned as it is meant to be seen, made smaller, without place, time, camera and whatever hung on it."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit says it better
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            is_photo = image.format in {"JPEG", "MPO"}
            if image.width * image.height > (PIXELS_OF_A_PHOTO if is_photo else PIXELS):
                raise Refused("pixels")
            if is_photo:
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large photo is never unpacked at full size
            image.load()
            is_png = image.format == "PNG"
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = _on_white(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise Refused("broken") from error
    clean = io.BytesIO()
    if is_png:
        plain.save(clean, "PNG", optimize=True)
        return "image/png", clean.getvalue()
    plain.save(clean, "JPEG", quality=86)
    return "image/jpeg", clean.getvalue()


def _on_white(image: Any) -> Any:
    from PIL import Image

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    plain = Image.new("RGB", layered.size, "white")
    plain.paste(layered, mask=layered.getchannel("A"))
    return plain


# --- PDF ---------------------------------------------------------------------------------------------------------------


def clean_pdf(content: bytes) -> tuple[str, bytes]:
    """The pages as they look, in a new document: what is filled in becomes part of the page, everything else stays behind.

    Stay behind: scripts, actions, links, forms, embedded files, layers of comments, outlines, metadata, the encryption of a
    document that opens without a password.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as old:
            if not 0 < len(old.pages) <= PAGES:
                raise Refused("pages" if len(old.pages) else "broken")
            old.generate_appearance_streams()
            old.flatten_annotations("all")
            new = pikepdf.new()
            new.pages.extend(old.pages)
            for page in new.pages:
                for key in [key for key in page.obj if key not in _KEPT_OF_A_PAGE]:
                    del page.obj[str(key)]
            _strip(new, pikepdf)
            clean = io.BytesIO()
            new.save(
                clean,
                compress_streams=True,
                recompress_flate=True,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                deterministic_id=True,
            )
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise Refused("broken") from error
    return "application/pdf", clean.getvalue()


def _strip(document: Any, pikepdf: Any) -> None:
    """Drop what could act or tell from every object, except from dictionaries whose keys are names somebody gave."""
    objects = list(document.objects)
    named: set[tuple[int, int]] = set()
    for thing in objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            named |= {thing[key].objgen for key in _MAPS_OF_NAMES if key in thing and isinstance(thing[key], pikepdf.Dictionary)}
    named.discard((0, 0))
    for thing in objects:
        _strip_one(thing, pikepdf, is_named=thing.objgen in named, depth=0)


def _strip_one(thing: Any, pikepdf: Any, *, is_named: bool, depth: int) -> None:
    if depth > _DEPTH:
        raise Refused("broken")
    if isinstance(thing, pikepdf.Array):
        for item in thing:
            if isinstance(item, pikepdf.Object) and not item.is_indirect:
                _strip_one(item, pikepdf, is_named=False, depth=depth + 1)
        return
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    if not is_named:
        for key in _DROPPED:
            if key in thing:
                del thing[key]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == pikepdf.Name.DCTDecode:
        parms = thing.get("/DecodeParms")
        thing.write(bare_jpeg(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode, decode_parms=parms)
    for key in list(thing.keys()):
        value = thing[key]
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            _strip_one(value, pikepdf, is_named=key in _MAPS_OF_NAMES, depth=depth + 1)


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG inside a PDF without its notes (Exif with the place, XMP, IPTC, comments); what is no plain JPEG stays as it is."""
    if not data.startswith(b"\xff\xd8"):
        return data
    kept, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            break
        if marker not in {0xE1, 0xED, 0xFE}:
            kept += data[at : at + 2 + size]
        at += 2 + size
    return bytes(kept) + data[at:]


def main() -> int:
    limit_myself()
    warnings.simplefilter("ignore")
    content = sys.stdin.buffer.read()
    try:
        kind, clean = {"image": clean_image, "pdf": clean_pdf}[sys.argv[1]](content)
    except Refused as error:
        sys.stdout.write(str(error))
        return 3
    except (MemoryError, RecursionError):
        sys.stdout.write("heavy")
        return 3
    sys.stdout.buffer.write(kind.encode() + b"\n" + clean)
    return 0


if __name__ == "__main__":
    sys.exit(main())
