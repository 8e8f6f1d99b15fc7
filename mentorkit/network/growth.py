"""How a network grows from run to run: new links, what lasts, newcomers, and mentees who become mentors.

Runs are in the order in which they first appear in the frame. Nobody knows when tandems of an unknown run
(``run`` is empty) were formed; they count as earlier than all others, so that nothing is called new that may
be old.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import din5007, listing
from mentorkit.network.measures import Pairing
from mentorkit.network.structure import FEWEST

_LINKS = ("links", "new_links", "links_so_far", "links_before", "kept")
_PEOPLE = ("mentors", "new_mentors", "mentees_before", "mentees", "new_mentees")
_SHARES = ("persistence", "jaccard")
_LINEAGE = ("person_id", "person", "mentee_in", "mentors", "mentor_in", "mentees", "line", "sentence")


def growth(tandems: pd.DataFrame, pairing: Pairing = "any") -> pd.DataFrame:
    """Tell what each run added to the network, and what of the run before lasted.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`mentorkit.network.graph.TANDEM_COLUMNS`.
    pairing
        Whom the programme pairs; where tandems stay within organisations, links have no numbers.

    Returns
    -------
    pandas.DataFrame
        One row per run, the oldest first:

        - ``run`` (empty if unknown), ``tandems``;
        - ``links``: pairs of different organisations that a tandem joined, either way round; ``new_links``:
          those that none had joined before; ``links_so_far``. Missing if no organisation is known;
        - ``links_before``: links of the run before; ``kept``: those of them that occur again;
          ``persistence``: their share; ``jaccard``: links of both runs by links of either, the index of
          stability of Snijders, van de Bunt and Steglich [1]_. Missing for the first known run; shares of
          fewer than :data:`.structure.FEWEST` links are missing too;
        - ``mentors``, ``new_mentors`` (in no earlier run, as either, and by their own word neither:
          ``mentor_veteran``), ``mentees_before`` (mentors who were
          mentees in an earlier run), ``mentees``, ``new_mentees``. Who is new is missing where nothing is
          known of earlier;
        - ``sentence``: the same in words.

    References
    ----------
    .. [1] Snijders, van de Bunt, Steglich: Introduction to stochastic actor-based models for network
       dynamics, Social Networks 32(1), 2010.
    """
    past = _Past()
    rows = []
    for run, own in _runs(tandems):
        facts: dict[str, Any] = {"run": run, "tandems": len(own), **past.people(run, own)}
        if pairing != "same" and _known(tandems).any():
            facts |= past.links(run, own)
        rows.append({**facts, "sentence": _grown(facts, past.run)})
        past.run = run
    whole = dict.fromkeys(["tandems", *_LINKS, *_PEOPLE], "Int64")
    columns = ["run", "tandems", *_LINKS, *_SHARES, *_PEOPLE, "sentence"]
    return pd.DataFrame(rows, columns=columns).astype({**whole, **dict.fromkeys(_SHARES, "float64")})


@dataclass
class _Past:
    """What was before a run."""

    run: str = ""
    before: set[frozenset[str]] = field(default_factory=set)
    linked: set[frozenset[str]] = field(default_factory=set)
    taken_part: set[str] = field(default_factory=set)
    mentees: set[str] = field(default_factory=set)

    def links(self, run: str, own: pd.DataFrame) -> dict[str, Any]:
        """Return what is to say of the links of a run, and remember them."""
        known = own[_known(own)]
        pairs = zip(known["mentor_organisation"], known["mentee_organisation"], strict=True)
        links = {frozenset(pair) for pair in pairs if pair[0] != pair[1]}
        new, before = links - self.linked, self.before
        self.linked |= links
        found: dict[str, Any] = {"links": len(links), "links_so_far": len(self.linked)}
        if not run:
            return found
        self.before = links
        found["new_links"] = len(new)
        if not self.run:
            return found
        both, either = len(links & before), len(links | before)
        found |= {"links_before": len(before), "kept": both}
        found["persistence"] = both / len(before) if len(before) >= FEWEST else None
        found["jaccard"] = both / either if either >= FEWEST else None
        return found

    def people(self, run: str, own: pd.DataFrame) -> dict[str, Any]:
        """Return what is to say of the people of a run, and remember them."""
        mentors, mentees = set(own["mentor_id"]), set(own["mentee_id"])
        found: dict[str, Any] = {"mentors": len(mentors), "mentees": len(mentees)}
        if run and self.taken_part:
            known = self.taken_part | _veterans(own)
            found["new_mentors"] = len(mentors - known)
            found["new_mentees"] = len(mentees - known)
            found["mentees_before"] = len(mentors & self.mentees)
        self.taken_part |= mentors | mentees
        self.mentees |= mentees
        return found


def _veterans(own: pd.DataFrame) -> set[str]:
    """Return who says to have taken part before, whether or not a tandem of then is known."""
    roles = [role for role in ("mentor", "mentee") if f"{role}_veteran" in own]
    return {
        person
        for role in roles
        for person in own.loc[own[f"{role}_veteran"].fillna(False).astype(bool), f"{role}_id"]
    }


def _runs(tandems: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the tandems of each run, the unknown ones first."""
    groups = {str(run): own for run, own in tandems.groupby(tandems["run"].fillna(""), sort=False)}
    if "" in groups:
        yield "", groups.pop("")
    yield from groups.items()


def _known(tandems: pd.DataFrame) -> pd.Series[bool]:
    """Tell which tandems have two known organisations."""
    columns = ["mentor_organisation", "mentee_organisation"]
    return (tandems[columns].notna() & (tandems[columns] != "")).all(axis=1)


def _grown(facts: dict[str, Any], before: str) -> str:
    n = facts["tandems"]
    if not facts["run"]:
        return say_n(
            "{n} tandem of an unknown run; it counts as earlier than all others, so that nothing is called "
            "new that may be old.",
            "{n} tandems of unknown runs; they count as earlier than all others, so that nothing is called "
            "new that may be old.",
            n,
        )
    told = [say_n("{run}: {n} tandem.", "{run}: {n} tandems.", n, run=facts["run"])]
    if "new_links" in facts:
        told.append(
            say_n(
                "{n} new link between organisations, {all} so far.",
                "{n} new links between organisations, {all} so far.",
                facts["new_links"],
                all=facts["links_so_far"],
            )
        )
    if facts.get("links_before"):
        told.append(
            say_n(
                "{n} of {all} links of {before} occurs again.",
                "{n} of {all} links of {before} occur again.",
                facts["kept"],
                all=facts["links_before"],
                before=before,
            )
        )
    return " ".join([*told, *_newcomers(facts)])


def _newcomers(facts: dict[str, Any]) -> Iterator[str]:
    if "new_mentors" not in facts:
        yield say("Of earlier runs nothing is known, so nobody is called new.")
        return
    yield say(
        "For the first time: {new_mentors} of {mentors} {mentor:pl.nom}, {new_mentees} of {mentees} "
        "{mentee:pl.nom}.",
        **facts,
    )
    if facts["mentees_before"]:
        yield say_n(
            "{n} of those who mentor was a {mentee:sg.nom} before.",
            "{n} of those who mentor were {mentee:pl.nom} before.",
            facts["mentees_before"],
        )


# lineage ---------------------------------------------------------------------------------------------


def lineage(tandems: pd.DataFrame) -> pd.DataFrame:
    """Tell who was a mentee in one run and a mentor in a later one, with whom, and after whom.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`mentorkit.network.graph.TANDEM_COLUMNS`.

    Returns
    -------
    pandas.DataFrame
        One row per person, in German order: ``person_id``, ``person``, ``mentee_in`` and ``mentor_in``
        (tuples of runs, earlier and later ones), ``mentors`` (her own, tuple of names) and ``mentees``
        (hers), ``line`` (tuple of names up to her, in which each was a mentee of the one before and in a
        later run the mentor of the next: the longest unless it would hold somebody twice) and ``sentence``.
        Who was both in one run only, or a mentor first, is not in it.
    """
    runs = [run for run, _ in _runs(tandems)]
    when = {run: k for k, run in enumerate(runs)}
    roles = {role: _seen_as(tandems, role, when) for role in ("mentee", "mentor")}
    names, lines = _names(tandems), _lines(tandems)
    rows = []
    for person in sorted(
        roles["mentee"].keys() & roles["mentor"].keys(), key=lambda who: din5007(names[who])
    ):
        first, last = min(roles["mentee"][person]), max(roles["mentor"][person])
        if first >= last:
            continue
        earlier = {k: who for k, who in roles["mentee"][person].items() if k < last}
        after = {k: who for k, who in roles["mentor"][person].items() if k > first}
        facts = {
            "person_id": person,
            "person": names[person],
            "mentee_in": tuple(runs[k] for k in earlier),
            "mentors": tuple(names[who] for partners in earlier.values() for who in partners),
            "mentor_in": tuple(runs[k] for k in after),
            "mentees": tuple(names[who] for partners in after.values() for who in partners),
            "line": tuple(names[who] for who in lines[person]),
        }
        rows.append({**facts, "sentence": _risen(facts, now=last == len(runs) - 1)})
    return pd.DataFrame(rows, columns=list(_LINEAGE))


def _seen_as(tandems: pd.DataFrame, role: str, when: dict[str, int]) -> dict[str, dict[int, list[str]]]:
    """Return for each person in a role the number of each run and the ids of her partners, in time."""
    partner = "mentor_id" if role == "mentee" else "mentee_id"
    found: dict[str, dict[int, list[str]]] = {}
    for run, own in _runs(tandems):
        # in the order of names, so that the order of rows within a run changes nothing
        pairs = own.assign(order=own[partner.removesuffix("_id")].fillna("").map(din5007))
        pairs = pairs.sort_values(["order", partner])[[f"{role}_id", partner]].drop_duplicates()
        for person, other in pairs.itertuples(index=False, name=None):
            found.setdefault(person, {}).setdefault(when[run], []).append(other)
    return found


def _names(tandems: pd.DataFrame) -> dict[str, str]:
    """Return the last name of each person."""
    return {
        person: str(name or person)
        for _, own in _runs(tandems)
        for role in ("mentor", "mentee")
        for person, name in zip(own[f"{role}_id"], own[role].fillna(""), strict=True)
    }


def _lines(tandems: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return a line of mentors up to each mentee, the longest unless it would hold somebody twice."""
    lines: dict[str, tuple[str, ...]] = {}
    for _, own in _runs(tandems):
        grown: dict[str, tuple[str, ...]] = {}
        for mentor, mentee in sorted(zip(own["mentor_id"], own["mentee_id"], strict=True)):
            line = lines.get(mentor, (mentor,))
            # where two mentor each other in turn, the line begins after her
            line = (*line[line.index(mentee) + 1 if mentee in line else 0 :], mentee)
            if len(line) > len(grown.get(mentee, lines.get(mentee, ()))):
                grown[mentee] = line
        lines |= grown
    return lines


def _risen(facts: dict[str, Any], *, now: bool) -> str:
    now_mentors = later(
        "{name} was a {mentee:sg.nom} of {mentors} ({runs}) and now mentors {mentees} ({later_runs})."
    )
    mentored = later(
        "{name} was a {mentee:sg.nom} of {mentors} ({runs}) and later mentored {mentees} ({later_runs})."
    )
    told = say(
        now_mentors if now else mentored,
        name=facts["person"],
        mentors=listing(dict.fromkeys(facts["mentors"])),
        mentees=listing(dict.fromkeys(facts["mentees"])),
        runs=_named(facts["mentee_in"]),
        later_runs=_named(facts["mentor_in"]),
    )
    if len(facts["line"]) <= 2:
        return told
    return " ".join([told, say("The line so far: {line}.", line=" → ".join(facts["line"]))])


def _named(runs: tuple[str, ...]) -> str:
    return listing(run or say("unknown run") for run in runs)
