"""The words people write over their columns; they stand in ``vocabulary.toml``, to be read and added to."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

#: Meanings of a column that are no field of an application.
NAME, ROLE, NOTHING = "name", "role", "nothing"
#: What is remembered of a row that it is the headings.
HEADINGS = "headings"

_READ = tomllib.loads(files("mentorkit.intake").joinpath("vocabulary.toml").read_text("utf-8"))

#: Phrases by field.
VOCABULARY: dict[str, tuple[str, ...]] = {name: tuple(said) for name, said in _READ["fields"].items()}
#: Phrases whose meaning is a guess, by field.
UNSURE: dict[str, tuple[str, ...]] = {name: tuple(said) for name, said in _READ["unsure"].items()}
#: What is found within a heading, by field.
STEMS: dict[str, re.Pattern[str]] = {name: re.compile(stem) for name, stem in _READ["stems"].items()}
WISHES: tuple[str, ...] = tuple(_READ["wishes"]["words"])
#: Ranks by the words for them.
RANKS: dict[str, int] = {word: rank for rank in (1, 2, 3) for word in _READ["wishes"][f"rank_{rank}"]}
FIRST_NAME = frozenset(_READ["history"]["first_name"])
LAST_NAME = frozenset(_READ["history"]["last_name"])
YEAR = frozenset(_READ["history"]["year"])
ORGANISATION = frozenset(_READ["history"]["organisation"])
FILLERS = frozenset(_READ["words"]["fillers"])
#: Words that begin or make up a row that is no person.
REMARK: tuple[str, ...] = tuple(_READ["words"]["remark"])
SUM: tuple[str, ...] = tuple(_READ["words"]["sum"])
GROUP: tuple[str, ...] = tuple(_READ["words"]["group"])
#: Words by which the editions of a file are told apart.
EDITION = frozenset(_READ["words"]["edition"])
NUMBERING = frozenset(_READ["words"]["numbering"])
SOMEBODY_ELSE = tuple(_READ["words"]["somebody_else"])
#: Names many people have, by the part they are.
COMMON_FIRST_NAMES = frozenset(_READ["names"]["first"])
COMMON_LAST_NAMES = frozenset(_READ["names"]["last"])
