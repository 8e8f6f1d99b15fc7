"""Scripts and styles of the components: what they share lies once in ``static/common.js`` and ``common.css``.

A browser gets each component as one module, so that nothing is fetched from anywhere: the icons, the shared
helpers and its own script, one after the other.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from mentorkit_widgets.components.icons import ICONS

_STATIC = Path(__file__).parent / "static"


def script(name: str) -> str:
    """Return the whole module of a component, ``static/<name>.js`` after what all share."""
    return f"const ICONS = {json.dumps(ICONS)};\n{_read('common.js')}\n{_read(f'{name}.js')}"


def style(name: str) -> str:
    """Return the whole style of a component, ``static/<name>.css`` after what all share."""
    return f"{_read('common.css')}\n{_read(f'{name}.css')}"


@cache
def _read(name: str) -> str:
    """Return a file without indents and lines of comment: every component on a page gets its own copy."""
    lines = (line.strip() for line in (_STATIC / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
