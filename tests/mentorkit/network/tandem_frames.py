"""Invented tandems for the tests of the network."""

import pandas as pd
from hypothesis import strategies as st

from mentorkit.network.graph import OPTIONAL_COLUMNS, TANDEM_COLUMNS

TOWNS = ["Bergkamen", "Fröndenberg", "Kamen", "Kreis Unna", "Lünen", "Schwerte", "Werne"]
HOSTILE = ["<script>alert(1)</script>", "\"&'", "=1+1", "]]>", "a\x00b\x0bc", "Ann\udc80a", "Żółć €", "", " "]

_names = st.sampled_from(["Ada", "Bea Groß", "Öznur Müller-Lüdenscheidt", *HOSTILE])
_organisations = st.one_of(st.none(), st.sampled_from([*TOWNS, "<b>Halle</b>", "Āmt & Co"]))
_fields = st.sampled_from([None, "Recht", "Technik", "<i>"])


def frame(*tandems):
    """Make tandems of ``(mentor, mentor's organisation, mentee, mentee's organisation)``; names are ids."""
    rows = [
        {
            "mentee_id": mentee,
            "mentee": mentee,
            "mentee_organisation": theirs,
            "mentor_id": mentor,
            "mentor": mentor,
            "mentor_organisation": mine,
            "score": 700,
            "state": "proposed",
            "run": "2014",
        }
        for mentor, mine, mentee, theirs in tandems
    ]
    return pd.DataFrame(rows, columns=list(TANDEM_COLUMNS))


def within(pairs, organisations):
    """Tandems that all stay within their organisation."""
    return frame(
        *(
            (f"M{i}", name, f"E{i}", name)
            for i in range(pairs)
            for name in [organisations[i % len(organisations)]]
        )
    )


@st.composite
def frames(draw, most=12):
    """Tandems of two runs: hostile names, changing organisations, missing scores, mentees who mentor."""
    rows = []
    for _ in range(draw(st.integers(0, most))):
        mentor, mentee = draw(st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True))
        rows.append(
            {
                "mentee_id": f"p{mentee}",
                "mentee": draw(_names),
                "mentee_organisation": draw(_organisations),
                "mentor_id": f"p{mentor}",
                "mentor": draw(_names),
                "mentor_organisation": draw(_organisations),
                "score": draw(st.one_of(st.none(), st.integers(0, 1000))),
                "state": draw(st.sampled_from(["proposed", "active", "past", "dissolved"])),
                "run": draw(st.sampled_from(["2014", "2015/16"])),
                "year": draw(st.one_of(st.none(), st.integers(2014, 2016))),
                "mentor_field": draw(_fields),
                "mentee_field": draw(_fields),
            }
        )
    columns = [*TANDEM_COLUMNS, *OPTIONAL_COLUMNS]
    return pd.DataFrame(rows, columns=columns).astype({"score": "Int64", "year": "Int64"})


def reordered(tandems, random):
    """The same tandems in another order; the runs stay in theirs, which is that of time."""
    runs = list(dict.fromkeys(tandems["run"]))
    order = random.sample(range(len(tandems)), len(tandems))
    return tandems.iloc[sorted(order, key=lambda i: runs.index(tandems["run"].iloc[i]))]
