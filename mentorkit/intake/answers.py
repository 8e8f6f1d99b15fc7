"""What a person said about the tables of a file, where its headings did not tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

#: What a table can be said to hold; ``nothing`` is a table to be left alone.
TableMeaning = Literal["mentee", "mentor", "history", "nothing"]


class TableAnswer(BaseModel):
    """What was said of one table: whom it holds, and what its columns mean.

    ``columns`` gives the meaning by the column's place, from 0; an empty one is a column to be left alone.
    ``year`` is the run, or the year, of earlier tandems.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    meaning: TableMeaning | None = None
    columns: dict[int, str] = Field(default_factory=dict)
    year: str = ""

    def meaning_it(self, meaning: str) -> TableAnswer:
        """Return the answer with whom the table holds; as it is if there is no such kind."""
        return self.model_copy(update={"meaning": meaning}) if meaning in get_args(TableMeaning) else self


class Answers(BaseModel):
    """What was said of one file.

    Attributes
    ----------
    headings
        By place of the sheet, from 0: the row of its headings, from 1; 0 where it has none.
    tables
        What was said of the tables, by :func:`table_key`.
    replaces
        The file, stored or read with it, of which this one is a newer state; empty if of none.
    older
        Whether this one is the older state of the two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    headings: dict[int, int] = Field(default_factory=dict)
    tables: dict[str, TableAnswer] = Field(default_factory=dict)
    replaces: str | None = None
    older: bool = False

    def of_sheet(self, place: int) -> Mapping[tuple[int, int], TableAnswer]:
        """Return what was said of the tables of a sheet, by the row of the headings and the first column."""
        found = {}
        for key, answer in self.tables.items():
            sheet, row, column = map(int, key.split("/"))
            if sheet == place:
                found[row, column] = answer
        return found

    def table(self, key: str) -> TableAnswer:
        """Return what was said of a table; empty if nothing was."""
        return self.tables.get(key, TableAnswer())

    def with_table(self, key: str, answer: TableAnswer) -> Answers:
        """Return the answers with another one for a table."""
        return self.model_copy(update={"tables": {**self.tables, key: answer}})


def table_key(sheet: int, heading_row: int, first_column: int = 0) -> str:
    """Return the name of a table within its file: sheet and first column from 0, row from 1."""
    return f"{sheet}/{heading_row}/{first_column}"
