"""The search of the house: an index of its own, the same on both databases, kept in the transaction of the caller.

index_document(Document(kind="offer", uid=…, is_public=True, passages=(Passage("Sprachcafé", weight=Weight.TITLE), …)), district=…)
search("sprachkafe", kind="offer", district=…) → Found(hits=(Hit(uid, score), …), corrected="Sprachcafé")
"""

from bruecke.core.search.documents import Document, Found, Hit, Passage, Weight
from bruecke.core.search.indexing import drop_document, index_document, index_documents
from bruecke.core.search.searching import search
from bruecke.core.search.tokens import stems_in, whole_stems

__all__ = [
    "Document",
    "Found",
    "Hit",
    "Passage",
    "Weight",
    "drop_document",
    "index_document",
    "index_documents",
    "search",
    "stems_in",
    "whole_stems",
]
