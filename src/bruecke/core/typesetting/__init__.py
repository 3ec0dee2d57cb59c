"""Documents in PDF/UA, set by Typst from templates of the apps: accessible or not made at all; kept by their content."""

from bruecke.core.typesetting.fonts import FontsMissing, font_folder
from bruecke.core.typesetting.keeping import forget_old, kept_pdf
from bruecke.core.typesetting.pdf import Document, NotSet, set_pdf

__all__ = ["Document", "FontsMissing", "NotSet", "font_folder", "forget_old", "kept_pdf", "set_pdf"]
