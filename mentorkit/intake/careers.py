"""Pay grades, qualifications and contracts: how German administrations write them."""

from __future__ import annotations

import re

from mentorkit.intake.text import plain, words
from mentorkit.intake.values import UNCLEAR, Understood, not_said, yes_no

_GRADE_NOISE = re.compile(
    r"(?<![a-z])(?:bes(?:oldungs)?\.?-? ?(?:gr(?:uppe)?|gruppe)?\.?|besoldung"
    r"|entg(?:elt)?\.?-? ?(?:gr(?:uppe)?)?\.?|entgelt|gruppe|gr\."
    r"|tv[- ]?(?:oe|o)d(?:-[a-z]{1,4})?|tv[- ]?l|tv[- ]?v|vka|bund|nrw|[lb]?bes[og](?: a)?"
    r"|(?:\+|mit|plus|zzgl\.?)? ?(?:amts)?zulage|\+ ?z"
    r"|beamt(?:in|er|e)|(?:tarif)?beschaeftigte[rn]?|angestellte[rn]?"
    r"|[gmh]\. ?d\.?|gd|hd|md|(?:gehobener|hoeherer|mittlerer) dienst|stufe \d|st\. ?\d)(?![a-z])"
)
#: The step within a grade, where it cannot be a second grade.
_STEP = re.compile(r"(?<![a-z])(eg? ?(\d{1,2}) ?[abc]?) ?/ ?([1-6])(?!\d)")
_GRADE = re.compile(r"(a|eg|e)? ?(\d{1,2}) ?[abcuez]{0,2}")


def grade(value: str) -> Understood:
    """Understand a pay grade as its number: ``A 9 g.D.``, ``EG9 TVöD``, ``Entgeltgruppe 9b`` are 9.

    A is the scale of civil servants, E or EG that of employees (TVöD, TV-L). Other scales (S 12, P 8, B 2)
    and words leave a doubt: no rule compares them.
    """
    if not value.strip():
        return Understood()
    said = re.sub(r"[.,]0$", "", plain(value).replace("(", " ").replace(")", " ").strip())
    said = _STEP.sub(lambda step: step[0] if int(step[3]) == int(step[2]) + 1 else step[1], said)
    said = _GRADE_NOISE.sub(" ", said)
    match = _GRADE.fullmatch(re.sub(r"[\s,;:.\-–/]+", " ", said).strip())
    if match and 1 <= int(match[2]) <= (16 if match[1] == "a" else 15 if match[1] else 16):
        return Understood(int(match[2]))
    return Understood(doubt="grade_unclear")


_YES_MARKS = re.compile(
    # the second administrative course
    r"\ba ?(?:l|ng)? ?(?:ii|2)\b|lehrgang (?:ii|2)\b|\b(?:ii|2|zweite[rn]?) (?:\w+ )?\w*(?:lehrgang|pruefung)"
    r"|fachwirt"
    # a degree
    r"|\bfh\b(?! ?reife)|hochschul(?!reife)|\buni(?:versitaet)?\b|studium\b|studiert|\bbachelor|\bmaster"
    r"|diplom|\bdipl\b|magister"
    r"|\bb ?a\b|\bb ?sc\b|\bll ?b\b|\bm ?a\b|\bm ?sc\b|\bll ?m\b|\bmba\b|\bmpa\b"
    r"|staatsexamen|promotion|\bdr\b|volljurist"
)
_NO_MARKS = re.compile(
    r"\ba ?l? ?(?:i|1)\b|lehrgang (?:i|1)\b|\b(?:i|1|erste[rn]?) (?:\w+ )?\w*(?:lehrgang|pruefung)"
    r"|fachangestellte|^(?:keine?s?|ohne)\b"
)
_NOT_YET = re.compile(
    r"\b(?:noch|laeuft|laufend\w*|derzeit|zurzeit|zur zeit|aktuell|begonnen|begleitend|abgebrochen|nicht"
    r"|ohne abschluss|geplant|voraussichtlich|angestrebt|angemeldet|demnaechst|beginnt|in ausbildung|kein\w*"
    r"|bald|vsl|ab|erst|soll|wird)\b|^(?:in|im)\b"
)
_PERMANENT = re.compile(
    r"unbefr|\bunbef\b|entfrist|nicht befrist|lebenszeit|dauerhaft|\bfest(?:angestellt|anstellung)?\b|\bpermanent"
    r"|unlimited"
)
_FIXED_TERM = re.compile(r"befr|\bbef\b|zeitvertrag|fixed|temporary|\bbis\b.*\d|auf zeit|aushilfe|widerruf")
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
        fixed_term = yes_no(match[1]).value
        return Understood(False if fixed_term is None else not fixed_term)
    if re.search(r"\b(?:nicht|not) (?:unbefristet|permanent)", bare):
        return Understood(False)
    if _PERMANENT.search(bare) or _FIXED_TERM.search(bare):
        permanent = _PERMANENT.search(bare) is not None
        return Understood(doubt=UNCLEAR) if permanent and _CHANGING.search(bare) else Understood(permanent)
    return Understood(doubt=UNCLEAR) if _CHANGING.search(bare) else yes_no(value)
