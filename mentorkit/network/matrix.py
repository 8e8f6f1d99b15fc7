"""The organisation matrix: who gives mentors to whom."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from mentorkit.language import say
from mentorkit.language.formats import din5007
from mentorkit.network.graph import no_organisation, pair_counts


def matrix(tandems: pd.DataFrame, organisations: Iterable[str] = ()) -> pd.DataFrame:
    """Count tandems by the mentor's organisation (rows) and the mentee's (columns).

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`mentorkit.network.graph.TANDEM_COLUMNS`.
    organisations
        Those that take part, so that one without a tandem appears too.

    Returns
    -------
    pandas.DataFrame
        k + 1 by k + 1 whole numbers: the organisations in German order, people without one last, then the
        sums: a last column ``gives`` and a last row ``receives`` (their names translated, with a ``Σ`` before
        where an organisation is called so).
    """
    counts = pair_counts(tandems)
    present = {*organisations, *(name for pair in counts for name in pair)}
    names = sorted(present, key=lambda name: (name == no_organisation(), din5007(name)))
    table = pd.DataFrame(0, index=names, columns=names, dtype="int64")
    for (mentor, mentee), n in counts.items():
        table.loc[mentor, mentee] = n
    table[_new(say("gives"), present)] = table.sum(axis=1)
    table.loc[_new(say("receives"), present)] = table.sum(axis=0)
    return table.rename_axis(
        index=say("organisation of {mentor:pl.gen.def}"), columns=say("organisation of {mentee:pl.gen.def}")
    )


def _new(label: str, names: set[str]) -> str:
    """Mark a label until no organisation is called so."""
    while label in names:
        label = f"Σ {label}"
    return label
