"""Qualifications and contracts: how German administrations write them."""

from __future__ import annotations

import re

from mentorkit.intake.text import plain, words
from mentorkit.intake.values import UNCLEAR, Understood, not_said, yes_no

_YES_MARKS = re.compile(
    # the second administrative course
    r"\ba ?(?:l|ng)? ?(?:ii|2)\b|\bvl ?(?:ii|2)\b|lehrgang (?:ii|2)\b"
    r"|\b(?:ii|2|zweite[rn]?) (?:\w+ )?\w*(?:lehrgang|pruefung)"
    r"|fachwirt"
    # a degree
    r"|\bfh\b(?! ?reife)|hochschul(?!reife)|\buni(?:versitaet)?\b|studium\b|studiert|\bbachelor|\bmaster"
    r"|diplom|\bdipl\b|magister"
    r"|\bb ?a\b|\bb ?sc\b|\bll ?b\b|\bm ?a\b|\bm ?sc\b|\bll ?m\b|\bmba\b|\bmpa\b"
    r"|staatsexamen|promotion|\bdr\b|volljurist"
)
_NO_MARKS = re.compile(
    r"\ba ?l? ?(?:i|1)\b|\bvl ?(?:i|1)\b|lehrgang (?:i|1)\b"
    r"|\b(?:i|1|erste[rn]?) (?:\w+ )?\w*(?:lehrgang|pruefung)"
    r"|fachangestellte|^(?:keine?s?|ohne)\b"
)
_NOT_YET = re.compile(
    r"\b(?:noch|laeuft|laufend\w*|derzeit|zurzeit|zur zeit|aktuell|begonnen|begleitend|abgebrochen|nicht"
    r"|ohne abschluss|geplant|voraussichtlich|angestrebt|angemeldet|demnaechst|beginnt|in ausbildung|kein\w*"
    r"|bald|vsl|ab|erst|soll|wird)\b|^(?:in|im)\b"
)
_PERMANENT = re.compile(
    r"unbefr|\bunbef\b|entfrist|nicht befrist|lebenszeit|dauerhaft|\bfest(?:angestellt|anstellung)?\b"
    r"|\bpermanent|unlimited"
)
_FIXED_TERM = re.compile(
    r"befr|\bbef\b|zeitvertrag|fixed|temporary|\bbis\b.{0,99}\d|auf zeit|aushilfe|widerruf"
)
_CHANGING = re.compile(r"\b(?:ab|erst|soll|wird|geplant|probe|probezeit|noch)\b")


def qualification(value: str) -> Understood:
    """Tell whether somebody has the second administrative course or a degree."""
    bare = " ".join(words(value))
    has = _YES_MARKS.search(bare) is not None
    if "?" in value or not_said(value):
        return Understood(doubt=UNCLEAR)
    if re.search(r"\bnein\b", bare):
        return Understood(doubt=UNCLEAR) if re.search(r"\b(?:ja|aber|noch)\b", bare) else Understood(False)
    if has and _NOT_YET.search(bare):
        return Understood(False) if bare.startswith("kein") else Understood(doubt=UNCLEAR)
    if has or _NO_MARKS.search(bare):
        return Understood(has)
    return yes_no(value)


def employment(value: str) -> Understood:
    """Tell whether a contract is permanent; ``befristet: nein`` is a yes or no with its heading."""
    if "?" in value:
        return Understood(doubt=UNCLEAR)
    bare = re.sub(r"\bun (?=befr)", "un", " ".join(words(value)))
    if match := re.fullmatch(r"befr\w* ?: ?(.+)", plain(value)):
        if (fixed_term := yes_no(match[1]).value) is not None:
            return Understood(not fixed_term)
        is_date = re.search(r"\d", match[1]) and not _PERMANENT.search(match[1])
        return Understood(False) if is_date else employment(match[1])
    if re.search(r"\b(?:nicht|not) (?:unbefristet|permanent)", bare):
        return Understood(False)
    if _PERMANENT.search(bare) or _FIXED_TERM.search(bare):
        permanent = _PERMANENT.search(bare) is not None
        return Understood(doubt=UNCLEAR) if permanent and _CHANGING.search(bare) else Understood(permanent)
    return Understood(doubt=UNCLEAR) if _CHANGING.search(bare) else yes_no(value)
