"""German place names in Cyrillic or Arabic letters, brought near enough to Latin letters for the typo search."""

_CYRILLIC_LETTERS = "а a, б b, в w, г g, ґ g, д d, е e, ж sh, з s, и i, і i, й i, к k, л l, м m, н n, о o, п p, р r, с s, т t"
_CYRILLIC_MORE = "у u, ф f, х ch, ц z, ч tsch, ш sch, щ sch, ы i, э e, є e, ї i, ё o, ю iu, я ia"
_ARABIC_LETTERS = "ا a, ب b, ت t, ث t, ج sch, ح h, خ ch, د d, ذ d, ر r, ز z, س s, ش sch, ص s, ض d, ط t, ظ s, ع a, غ g, ف f"
_ARABIC_MORE = "ق k, ك k, ل l, م m, ن n, ه h, و u, ي i, ى a, ة a, پ p, چ tsch, ڤ w, گ g, ک k, ی i, ژ sch, آ a, أ a, إ i, ؤ u, ئ i"
_SOUNDS = (("ай", "ei"), ("ей", "ei"), ("ой", "eu"), ("ау", "au"), ("шт", "st"), ("шп", "sp"), ("кс", "chs"))
_SILENT = dict.fromkeys("ьъ'ʼ", "")


def _table(*lists: str) -> dict[str, str]:
    pairs = (pair.split() for pair in ", ".join(lists).split(", "))
    return {letter: latin for letter, latin in pairs}  # noqa: C416 - dict() cannot be typed here


_LETTERS = _table(_CYRILLIC_LETTERS, _CYRILLIC_MORE, _ARABIC_LETTERS, _ARABIC_MORE)


def in_latin_letters(text: str) -> str:
    """`text` in Latin letters, or "" when it holds no Cyrillic and no Arabic letter."""
    lowered = text.casefold()
    if not any(char in _LETTERS for char in lowered):
        return ""
    for sound, latin in _SOUNDS:
        lowered = lowered.replace(sound, latin)
    return "".join((_LETTERS | _SILENT).get(char, char) for char in lowered)
