"""Where the parts that are no Python code lie: in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def notebooks() -> Path:
    """Return the folder of the notebooks: inside the wheel, or beside the package in a checkout."""
    installed = _PACKAGE / "notebooks"
    return installed if installed.is_dir() else _PACKAGE.parent / "notebooks"
