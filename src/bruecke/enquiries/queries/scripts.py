"""A guess at a language from the letters of a text; nothing is guessed for Latin letters."""

_SCRIPTS = (
    ("fa", "پچژگ"),
    ("uk", "іїєґ"),
    ("ar", "ابتثجحخدرسشصطعفقكلمنهوي"),
    ("ru", "абвгдежзиклмнопрстуфхцчшщыэюя"),
    ("ti", "ሀለሐመሠረሰሸቀበተነአከወዘየደገ"),
    ("ka", "აბგდევზთიკლმნოპრსტუფქღშჩცძწჭხჯჰ"),
)
_FEW = 2


def language_by_script(text: str) -> str | None:
    """Ukrainian, Russian, Arabic, Persian, Tigrinya, Georgian; None for Latin letters."""
    lowered = text.casefold()
    for code, letters in _SCRIPTS:
        if sum(lowered.count(letter) for letter in letters) >= _FEW:
            return code
    return None
