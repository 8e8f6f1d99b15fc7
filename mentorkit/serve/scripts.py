"""Voila's scripts as four files instead of ninety, which a browser keeps for good.

Webpack's chunks may stand before the script that would fetch them: it finds them there and fetches nothing. A
chunk that is not among these is fetched by its own name as ever.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

#: The chunks that the apps load, by who made them. A list that is out of date makes pages slower, no more.
CHUNKS = {
    "voila": (
        "73 143 225 431 457 614 630 1187 1601 1621 1670 1996 2121 2296 2772 2829 2930 3144 3249 "
        "3307 3311 3459 3649 3916 3989 3992 4041 4135 4173 4222 4371 4486 4653 4729 4875 4972 "
        "5044 5312 5688 5764 5767 5992 6008 6049 6074 6305 6382 6468 6573 7155 7245 7259 7393 "
        "7483 7556 7598 7770 7883 8017 8135 8487 8766 8773 8862 8925 9081 9151 9212 9582 9684 "
        "9890 9981"
    ),
    "@jupyter-widgets/jupyterlab-manager": ("7 32 84 121 160 170 452 704 718 967"),
    "@voila-dashboards/widgets-manager8": ("496 883"),
    "anywidget": ("2 528"),
}

_SOURCE_MAP = re.compile(rb"//# sourceMappingURL=data:\S+")


class Scripts:
    """The scripts of the pages.

    Parameters
    ----------
    static
        Folders with Voila's own scripts, the first that has a file wins.
    extensions
        Folders with the extensions that show widgets.
    loads
        The first script of each extension, by its name, as the page's configuration names it.
    """

    def __init__(self, static: Iterable[str], extensions: Iterable[str], loads: dict[str, str]) -> None:
        #: Path below ``static`` or ``labextensions`` → its chunks and itself.
        self._parts: dict[str, list[Path]] = {}
        self._packed: dict[str, bytes] = {}
        for folder in map(Path, static):
            if (main := folder / "voila.js").is_file():
                ids = CHUNKS["voila"].split()
                chunks = [folder / f"{n}.voila.js" for n in ids]
                self._parts.setdefault("voila.js", [*filter(Path.is_file, chunks), main])
        for name, load in loads.items():
            for folder in (Path(root) / name for root in extensions):
                if (main := folder / load).is_file():
                    ids = CHUNKS.get(name, "").split()
                    chunks = [path for n in ids for path in sorted(main.parent.glob(f"{n}.*.js"))]
                    self._parts.setdefault((Path(name) / load).as_posix(), [*chunks, main])

    @cached_property
    def version(self) -> str:
        """What all scripts together are, in 16 digits: it stands in their addresses."""
        content = hashlib.sha256()
        for path in sorted(self._parts):
            content.update(self._joined(path))
        return content.hexdigest()[:16]

    def __contains__(self, path: str) -> bool:
        return path in self._parts

    def packed(self, path: str) -> bytes:
        """Return a script with its chunks, compressed by gzip."""
        if path not in self._packed:
            self._packed[path] = gzip.compress(self._joined(path), mtime=0)
        return self._packed[path]

    def configure(self, page: dict[str, Any], place: str) -> list[str]:
        """Put the addresses of this version, below a place, into a page's configuration.

        Returns what the page loads at first.
        """
        root = f"{place}/{self.version}"
        page["fullStaticUrl"] = f"{root}/static"
        page["fullLabextensionsUrl"] = f"{root}/labextensions"
        loads = [f"{e['name']}/{e['load'].removeprefix('./')}" for e in page["federated_extensions"]]
        return [f"{root}/static/voila.js", *(f"{root}/labextensions/{path}" for path in loads)]

    def _joined(self, path: str) -> bytes:
        return b";\n".join(_SOURCE_MAP.sub(b"", part.read_bytes()) for part in self._parts[path])
