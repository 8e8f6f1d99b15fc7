"""From what people write to typed answers, one parser for each kind of field.

A parser takes any text and returns an :class:`Understood`; it never raises. What it cannot be sure of it
says by a code, and leaves to a person.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mentorkit.intake.names import are_titles
from mentorkit.intake.text import letters, plain, without_brackets, words

UNCLEAR = "answer_unclear"


@dataclass(frozen=True)
class Understood:
    """What a text means: a value (None for nothing) and the code of a doubt, if there is one."""

    value: Any = None
    doubt: str | None = None


_YES = {
    "j", "ja", "y", "yes", "x", "xx", "1", "wahr", "true", "jawohl", "gern", "gerne", "ok", "okay", "stimmt",
    "zutreffend", "vorhanden", "einverstanden", "bin einverstanden", "stimme zu", "stimme", "natuerlich",
    "selbstverstaendlich", "klar", "na klar", "sicher",
}  # fmt: skip
_NO = {
    "n", "nein", "no", "0", "falsch", "false", "noe", "nee", "ne", "nicht", "kein", "keine", "keinen",
    "keiner", "entfaellt", "nie",
}  # fmt: skip
_MARKS = {**dict.fromkeys("✓✔☑☒✅√+", True), **dict.fromkeys("☐✗✘", False)}
_DASHES = re.compile(r"[-–—−./]{1,3}")
#: After a yes or no, these take it back in part.
_RESERVE = {
    "aber", "nur", "erst", "teilweise", "wenn", "falls", "noch", "bald", "ab", "evtl", "eventuell",
    "vielleicht", "nicht", "voraussichtlich", "but", "only", "partly",
}  # fmt: skip
_NOT_SAID = frozenset(
    {"ka", "na", "oa", "keineangabe", "keineangaben", "ohneangabe", "ohneangaben", "unbekannt"}
)
#: Whether a sign is drawn as text or as a picture.
_VARIANT = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))
#: That there is no address, number or grade.
_NONE_THERE = re.compile(
    r"[-–—−./]{1,3}|(?:hat |habe |es gibt )?(?:kein\w{0,2}|nichts?)"
    r"(?: (?:e-?mail|adresse|telefon))?(?: vorhanden)?|nicht (?:vorhanden|bekannt)|ohne|none|entfaellt"
)
#: No to an objection is a yes.
_NO_OBJECTION = re.compile(r"(?:kein\w*|ohne) (?:problem|einwa|einwend|bedenken|frage|thema)|nichts dagegen")
_GENDERS = {
    "f": ("w", "f", "weibl", "weiblich", "frau", "fr", "female", "woman", "fem", "feminin", "ms", "mrs", "♀"),
    "m": ("m", "maennl", "maennlich", "herr", "herrn", "hr", "male", "man", "mann", "maskulin", "mr", "♂"),
    "d": ("d", "div", "divers", "diverse", "nichtbinaer", "nonbinary"),
}
_NUMBER_WORDS = {
    "ein": 1,
    "eine": 1,
    "einen": 1,
    "eins": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "one": 1,
    "two": 2,
}
#: What is said before a number without changing it much.
_SAID = (
    r"(?:ca\.?|circa|etwa|rund|ungefaehr|um die|max\.?|maximal|hoechstens|bis zu|bis|mind\.?|mindestens|ueber"
    r"|mehr als|about|up to|[~><≥≤])"
)
_AT_MOST = re.compile(r"bis\b|max|hoechst|up to|[<≤]")
_FIGURE = r"(\d{1,4}(?:[.,]\d{1,2})?)"
_THOUSANDS = re.compile(r"(?<!\d)(\d{1,3})\.(\d{3})(?!\d)")
#: Halves and quarters as figures, behind a whole number or alone.
_PARTS = (("½", "5"), ("¼", "25"), ("¾", "75"))


def text(value: str) -> Understood:
    """Return the text itself."""
    return Understood(value or None)


def not_said(value: str) -> bool:
    """Tell whether a text says that nothing is said: ``k. A.``, ``keine Angabe``, ``n/a``."""
    return letters(value) in _NOT_SAID


def is_nothing(value: str) -> bool:
    """Tell whether a text says that there is no address, number or grade: ``-``, ``keine``, ``k. A.``."""
    return not value.strip() or not_said(value) or _NONE_THERE.fullmatch(plain(value).strip()) is not None


def yes_no(value: str) -> Understood:
    """Understand yes and no in the spellings of forms: ``j``, ``x``, ``✓``, ``-``, ``0``."""
    bare = value.translate(_VARIANT).strip()
    if not bare:
        return Understood()
    if bare in _MARKS or _DASHES.fullmatch(bare):
        return Understood(_MARKS.get(bare, False))
    said = words(bare)
    if "?" in bare or not_said(bare):
        return Understood(doubt=UNCLEAR)
    if _NO_OBJECTION.match(" ".join(said)):
        return Understood(doubt=UNCLEAR) if _RESERVE & set(said) else Understood(True)
    for answer, known, opposite in ((True, _YES, _NO), (False, _NO, _YES)):
        begins = said and (said[0] in known or " ".join(said[:2]) in known)
        if begins and not (_RESERVE | opposite) & set(said[1:]):
            return Understood(answer)
    return Understood(doubt=UNCLEAR)


def gender(value: str) -> Understood:
    """Understand ``w``, ``Frau``, ``männlich``, ``divers`` … as ``"f"``, ``"m"`` or ``"d"``."""
    address, _, title = value.strip().partition(" ")
    only_titles = are_titles(title)  # "Frau Dr."
    said = letters(address if only_titles else value) or value.strip()
    for answer, spellings in _GENDERS.items():
        if said in spellings:
            return Understood(answer)
    return Understood(doubt=UNCLEAR if value.strip() else None)


def number(value: str) -> Understood:
    """Understand a number, also ``12 Jahre``, ``ca. 10`` or ``1,5``."""
    said = _THOUSANDS.sub(r"\1\2", plain(value))
    if not said:
        return Understood()
    unit = r"(?: ?(?:jahre?n?|j\.?|years?|semester|sem\.?|\.))?"
    match = re.fullmatch(rf"{_SAID}? ?{_FIGURE} ?\+?{unit} ?\+?", said)
    if not match or _AT_MOST.match(said):  # a rule asks for at least so much
        return Understood(doubt=UNCLEAR)
    return Understood(_figure(match[1]))


def hours(value: str) -> Understood:
    """Understand hours a month as a number: ``ca. 4`` and ``max. 5`` as they are, ``2-3`` as 2.5."""
    said = re.sub(r"[–—−]", "-", plain(_decimals(value)))
    if not said:
        return Understood()
    said = re.sub(r"(?<![a-z])(?:stunden?|std|h|hours?)\b\.?", "", said)
    said = re.sub(r"(?:\b(?:pro|im|je|a|per)\b|/) ?(?:monat|mon\.?|month)\b|\bmonatlich\b", "", said).strip()
    if match := re.fullmatch(rf"{_SAID}? ?{_FIGURE}", said):
        return Understood(_figure(match[1]))
    if match := re.fullmatch(rf"{_SAID}? ?{_FIGURE} ?(?:-|bis|to) ?{_FIGURE}", said):
        low, high = _figure(match[1]), _figure(match[2])
        if low <= high:
            return Understood(_tidy((low + high) / 2))
    return Understood(doubt="hours_unclear")


def places(value: str) -> Understood:
    """Understand how many mentees a mentor takes; nothing said is one, ``2 (evtl. 3)`` is a doubtful 2."""
    said = plain(value)
    if not said or _DASHES.fullmatch(said):
        return Understood(1)
    said = re.sub(r"\b(?:mentees?|plaetze|platz|personen?|tandems?)\b\.?", "", said).strip()
    said = re.sub(r"[a-z]+", lambda word: str(_NUMBER_WORDS.get(word[0], word[0])), said)
    match = re.fullmatch(r"(?:max\.?|maximal|hoechstens|bis zu|bis|up to|je)? ?(\d{1,2})(?:[.,]0+)?", said)
    if match and 1 <= int(match[1]) <= 10:
        return Understood(int(match[1]))
    first = re.search(r"\d{1,2}", said)
    return Understood(min(max(int(first[0]), 1), 10) if first else 1, "ambiguous_capacity")


_MONTHS = {"jan": 1, "feb": 2, "mae": 3, "mrz": 3, "mar": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6, "jul": 7}
_MONTHS |= {"aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12}
_TIME = r"(?:,? (?:um )?\d{1,2}(?:[:.]\d{2}.*| ?(?:uhr|h)\b.*))?"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:t\d{1,2}:\d{2}.*)?" + _TIME)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
#: What is said around a date of receipt.
_AROUND = re.compile(r"(?<![a-z])(?:am|vom|den|per|e-?mail|mail|fax|brief|post\w*|eing\w*)(?![a-z])[.,:]?")
#: Days since this one are what a spreadsheet keeps as a date.
_FIRST_DAY, _SERIALS = dt.date(1899, 12, 30), range(20_000, 60_001)
_DAY = r"(?:(?:mo|di|mi|do|fr|sa|so|tu|we|th|su)[a-z]{0,8}\.?,? )?"
_GERMAN = re.compile(_DAY + r"(\d{1,2})[./-] ?(\d{1,2})[./-] ?(\d{4}|\d{2})\.?" + _TIME)
_WRITTEN = re.compile(_DAY + r"(\d{1,2})[.-]? ?([a-z]{3,9})[.-]? ?(\d{4}|\d{2})" + _TIME)
#: Years in which something is received, or a programme takes place; and in which people are born.
_PRESENT, _BIRTHS = range(1970, 2070), range(1900, 2031)


def date(value: str) -> Understood:
    """Understand a date, day before month, as ISO text: ``30.9.08``, ``30. September 2008``.

    A whole number is the date that a spreadsheet keeps as this number. The year is one from 1970 to 2069.
    """
    found = _day(value, _PRESENT)
    return Understood(found.isoformat()) if isinstance(found, dt.date) else found


def _day(value: str, years: range) -> dt.date | Understood:
    """Return the day that is meant, one of the years; two digits mean the last that ends with them."""
    if not value.strip():
        return Understood()
    said = " ".join(_AROUND.sub(" ", without_brackets(plain(value))).split()).strip(" ,")
    if re.fullmatch(r"\d{5}", said) and int(said) in _SERIALS:
        return _FIRST_DAY + dt.timedelta(int(said))
    if match := _ISO.fullmatch(said) or _COMPACT.fullmatch(said):
        year, month, day = match.groups()
    elif match := _GERMAN.fullmatch(said):
        day, month, year = match.groups()
    elif (match := _WRITTEN.fullmatch(said)) and match[2][:3] in _MONTHS:
        day, month, year = match[1], str(_MONTHS[match[2][:3]]), match[3]
    else:
        return Understood(doubt="invalid_date")
    try:
        found = dt.date(_whole(year, years), int(month), int(day))
    except ValueError:
        return Understood(doubt="invalid_date")
    return found if found.year in years else Understood(doubt="invalid_date")


def _whole(year: str, years: range) -> int:
    if len(year) == 4:
        return int(year)
    # who applies was born by 2015
    last = min(years[-1], 2015) if years is _BIRTHS else years[-1]
    return last - (last - int(year)) % 100


def year(value: str) -> Understood:
    """Understand a year of birth, 1900 to 2030, also from a whole date: ``1964``, ``12.03.64``."""
    said = plain(value)
    if not said:
        return Understood()
    if match := re.fullmatch(r"(\d{4})(?:[.,]0)?", said):
        return Understood(int(match[1])) if int(match[1]) in _BIRTHS else Understood(doubt=UNCLEAR)
    whole = _day(value, _BIRTHS)
    return Understood(whole.year) if isinstance(whole, dt.date) else Understood(doubt=UNCLEAR)


def items(value: str) -> Understood:
    """Understand a list. ``, ; |`` and line breaks separate; ``/`` does where it stands alone or spaced.

    Phrases such as *Recht und Verträge* stay whole, and what stands in brackets.
    """
    if _DASHES.fullmatch(value.strip()) or plain(value) in (
        "keine",
        "kein",
        "nein",
        "none",
        "n",
        "entfaellt",
    ):
        return Understood([])
    pieces = pairwise([*re.split(r"([()])", value), ""])
    said = "".join(one if after == ")" else re.sub(r"[,;|\n•·]", "\0", one) for one, after in pieces)
    slash = r"\s/[\s\0]" if "\0" in said else "/"
    parts = (part.strip(" \t-–*.") for part in re.split(f"\0|{slash}", said))
    return Understood(list(dict.fromkeys(part for part in parts if part)))


def phone(value: str) -> Understood:
    """Understand a telephone number, German where it has no country, as E.164 (``+4930…``).

    A number without its area code could be anybody's: it stays as it was written, with a doubt.
    """
    import phonenumbers

    if is_nothing(value):
        return Understood()
    bare = value.replace("(0)", "") if "+" in value or "00" in value else value
    if not re.match(r"[^\d+]*[+0]", bare):
        return Understood(value, UNCLEAR)
    try:
        found = phonenumbers.parse(bare, "DE")
    except phonenumbers.NumberParseException:
        return Understood(value, UNCLEAR)
    if not phonenumbers.is_valid_number(found):
        return Understood(value, UNCLEAR)
    return Understood(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def email(value: str) -> Understood:
    """Check an address without asking the network; the domain is put in small letters.

    ``-`` and ``keine`` say that there is none.
    """
    from email_validator import EmailNotValidError, validate_email

    bare = re.sub(r"^(?:mailto:|e-?mail:)\s*", "", value.strip(), flags=re.IGNORECASE).strip("<> ")
    if is_nothing(bare):
        return Understood()
    try:
        return Understood(validate_email(bare, check_deliverability=False).normalized)
    except (EmailNotValidError, UnicodeError):
        return Understood(doubt="invalid_email")


def _decimals(value: str) -> str:
    """Write halves and quarters as decimals: ``1½``, ``1 1/2`` and ``anderthalb`` as ``1,5``."""
    value = re.sub(r"(\d) 1/2(?!\d)", r"\1,5", value.casefold().replace("anderthalb", "1,5"))
    for sign, figures in _PARTS:
        mixed = rf"(?:(?<!\d)(\d+) ?)?{sign}"
        value = re.sub(mixed, lambda whole, to=figures: f"{whole[1] or 0},{to}", value)  # type: ignore[misc]
    return value


def _figure(text: str) -> int | float:
    return _tidy(float(text.replace(",", ".")))


def _tidy(value: float) -> int | float:
    return int(value) if value.is_integer() else value
