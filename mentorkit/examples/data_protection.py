"""What the demo shows of data protection: words of consent, requests, and what was confided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import cycle
from typing import TYPE_CHECKING

from mentorkit.privacy import confidence, consents, keys, requests

if TYPE_CHECKING:
    from mentorkit.privacy.records import Confidence, Requested
    from mentorkit.run import Run
    from mentorkit.workbench import Workbench

#: Who evaluates the demo programmes, the password for that, and the passphrase of the key; all is invented.
EVALUATOR, PASSPHRASE = "evaluation", "drei bunte Vögel singen"
#: The run in which something was confided, and those in which people said what they agree to.
CONFIDED, AGREED = "cross-company/2021", ("cross-company/2021", "party-chapters/2008/09")
_TANDEMS = 12
#: A version of the text that was read before the present one.
_OLDER = "de-0a1b2c3d"
#: What the two of a tandem said, one tandem after the other.
_WORDS = (("yes", "yes"), ("yes", "yes"), ("yes", "taken back"), ("older", "yes"), ("", "yes"))
#: What was confided, by kind and field.
TEXTS: tuple[tuple[Confidence, dict[str, str]], ...] = (
    (
        "diary",
        {
            "occasion": "Drittes Treffen, im Betrieb",
            "experienced": "Ich durfte bei einer Besprechung dabei sein und danach alles fragen.",
            "helped": "Dass wir vorher aufgeschrieben hatten, worauf ich achten will.",
            "take_along": "Ich frage jetzt früher nach.",
        },
    ),
    (
        "diary",
        {
            "occasion": "Telefonat statt Treffen",
            "experienced": "Der Termin fiel kurzfristig aus, wir haben nur kurz gesprochen.",
            "hard": "Es war schwer, einen neuen Termin zu finden.",
        },
    ),
    (
        "concern",
        {
            "difficult": "Wir reden aneinander vorbei, und ich weiß nicht, wie ich das ansprechen soll.",
            "tried": "Ich habe zweimal um ein Gespräch gebeten.",
            "wish": "Einen Rat, wie wir neu anfangen können.",
            "may_talk": "ask",
        },
    ),
)
#: What was asked for, how many days ago, and with which remark; the last one was fulfilled.
_REQUESTS: tuple[tuple[Requested, int, str], ...] = (
    ("information", 6, "per Brief"),
    ("correction", 40, "neue E-Mail-Adresse"),
    ("information", 90, "per E-Mail, Datei wurde zugesandt"),
)


def add(bench: Workbench, today: dt.date) -> str:
    """Add it to a demo workbench, as on the day before, and return the code of the recovery sheet."""
    before, clock = dt.datetime.combine(today, dt.time(16), dt.UTC) - dt.timedelta(days=1), bench.store.clock
    bench.store.clock = lambda: before
    try:
        for name in AGREED:
            _agree(bench, bench.run(name), today)
        _ask(bench, bench.run(CONFIDED), today)
        return _confide(bench, bench.run(CONFIDED))
    finally:
        bench.store.clock = clock


def _pairs(run: Run) -> list[tuple[str, str]]:
    found = run.tandems[["mentee_id", "mentor_id"]].head(_TANDEMS)
    return [(str(mentee), str(mentor)) for mentee, mentor in found.itertuples(index=False)]


def _agree(bench: Workbench, run: Run, today: dt.date) -> None:
    store, actor = bench.store, bench.actor
    for person_id, word in _words(run):
        if not word:
            continue
        on, older = today - dt.timedelta(days=90), _OLDER if word == "older" else None
        consents.note(store, actor, person_id, "application", True, channel="paper", on=on)
        consents.note(store, actor, person_id, "sharing", True, channel="paper", wording=older, on=on)
        if word == "taken back":
            later = today - dt.timedelta(days=20)
            consents.note(store, actor, person_id, "sharing", False, channel="email", on=later)


def _words(run: Run) -> Iterator[tuple[str, str]]:
    for pair, said in zip(_pairs(run), cycle(_WORDS), strict=False):
        yield from zip(pair, said, strict=True)


def _ask(bench: Workbench, run: Run, today: dt.date) -> None:
    store, actor, programme_id = bench.store, bench.actor, run.record.programme_id
    for (person_id, _), (kind, days, remark) in zip(_pairs(run), _REQUESTS, strict=False):
        received = today - dt.timedelta(days=days)
        made = requests.note_request(
            store, actor, programme_id, kind, received, person_id=person_id, remark=remark
        )
    requests.close(store, actor, made, "done", today - dt.timedelta(days=80))


def _confide(bench: Workbench, run: Run) -> str:
    store = bench.store
    bench.accounts.add(bench.actor, EVALUATOR, "Demo-Evaluation", PASSPHRASE)
    bench.accounts.grant(bench.actor, EVALUATOR, "evaluator")
    evaluator = bench.accounts.actor_of(EVALUATOR)
    keys.make_key(store, evaluator, PASSPHRASE)
    code = keys.set_up(store, evaluator, run.record.programme_id)
    for (mentee_id, _), (kind, fields) in zip(_pairs(run), TEXTS, strict=False):
        confidence.take_in(store, evaluator, run.id, mentee_id, kind, fields)
    return code
