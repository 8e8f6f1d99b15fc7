"""The words people write over their columns; they stand in ``vocabulary.toml``, to be read and added to."""

from __future__ import annotations

import tomllib
from importlib.resources import files

#: Meanings of a column that are no field of an application.
NAME, ROLE, NOTHING = "name", "role", "nothing"

_READ = tomllib.loads(files("mentorkit.intake").joinpath("vocabulary.toml").read_text("utf-8"))


def _wishes(rank: int) -> tuple[str, ...]:
    return tuple(
        phrase
        for wish in _READ["wishes"]["words"]
        for number in _READ["wishes"][f"rank_{rank}"]
        for phrase in (f"{wish} {number}", f"{number} {wish}")
    )


#: Phrases by field.
VOCABULARY: dict[str, tuple[str, ...]] = {name: tuple(said) for name, said in _READ["fields"].items()}
for _rank in (1, 2, 3):
    _field = f"wish_{_rank}"
    VOCABULARY[_field] = (*VOCABULARY.get(_field, ()), *_wishes(_rank))
YEAR = frozenset(_READ["history"]["year"])
ORGANISATION = frozenset(_READ["history"]["organisation"])
FILLERS = frozenset(_READ["words"]["fillers"])
SOMEBODY_ELSE = tuple(_READ["words"]["somebody_else"])
