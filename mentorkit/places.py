"""Where the parts that are no Python code lie: in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from mentorkit.language import Language

_PACKAGE = Path(__file__).parent
_HANDBOOKS: dict[Language, str] = {"de": "handbuch", "en": "handbook"}


def notebooks() -> Path:
    """Return the folder of the notebooks: inside the wheel, or beside the package in a checkout."""
    installed = _PACKAGE / "notebooks"
    return installed if installed.is_dir() else _PACKAGE.parent / "notebooks"


def handbook(language: Language) -> Path:
    """Return the folder of the handbook's pages in a language."""
    installed = _PACKAGE / "handbook" / language
    return installed if installed.is_dir() else _PACKAGE.parent / "docs" / _HANDBOOKS[language]


def pictures() -> Path:
    """Return the folder of the handbook's pictures."""
    installed = _PACKAGE / "handbook" / "images"
    return installed if installed.is_dir() else _PACKAGE.parent / "docs" / "images"
