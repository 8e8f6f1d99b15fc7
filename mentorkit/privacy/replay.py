"""Erasing again who was erased, whatever copy of a workbench or its keyring was put back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.privacy import reader_keys
from mentorkit.privacy.history_people import enter, find_told, side_of
from mentorkit.privacy.records import Erasure, SealedText
from mentorkit.programme.records import EarlierTandem, Person
from mentorkit.store import Reader, Store
from mentorkit.store.engine import BUSY_SECONDS
from mentorkit.store.keyring import VARIABLE, Keyring

RIGHT = "person.erase"
#: Who did it where an erasure is done again.
AGAIN = "mentorkit"


def open_store(target: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Open a workbench in which nobody is who was erased, whatever copy of it was put back.

    Raises
    ------
    StoreError
        If it cannot be opened, or who was erased cannot be erased in it.
    """
    store = Store.open(target, busy_seconds=busy_seconds)
    replay(store)
    return store


def replay(store: Store, ring: Keyring | None = None) -> int:
    """Do again the erasures that the keyring's journal tells of and the workbench does not know.

    Whoever is in the workbench under the number of somebody erased, and began as that one did, is she. What
    the workbench knows and the journal does not is noted there, and keys that came back are destroyed.

    Parameters
    ----------
    ring
        The keyring, which is only read then; the workbench's own where it is left out.

    Returns
    -------
    int
        How many persons were erased.
    """
    own, ring = ring is None, ring or store.keyring_there
    if ring is None:
        return 0
    noted = {(e.person_id, e.born): e for e in ring.erased()}
    with store.read() as reader:
        stored = {(e.person_id, e.born): e for e in reader.all(Erasure)}
        back = [e for key, e in noted.items() if key not in stored and _is_back(reader, e)]
    unknown = sorted(key for key in stored.keys() - noted.keys() if not stored[key].along)
    if unknown and own:
        ring.note_erased(*(stored[key] for key in unknown))
    erased = _erased_again(store, ring if own else None, back) if back else 0
    if own:  # and not another's, by whom a backup is restored
        _destroy_again(store, ring)
        reader_keys.settle(store, ring)
    if erased:
        store.leave_nothing()
    return erased


def untold(store: Store) -> list[str]:
    """Return what whoever runs a workbench has to know where nobody can tell who was erased."""
    if store.keyring_there is not None:
        return []
    return [
        say(
            "Nothing says where the keyring of this workbench lies, so whoever was erased after a copy was "
            "made comes back with it, and nothing can be confided. Please say with {variable} in which file "
            "it lies.",
            variable=VARIABLE,
        )
    ]


def _is_back(reader: Reader, erasure: Erasure) -> bool:
    if side := side_of(reader, erasure.person_id):
        return bool(erasure.born) and reader.born(EarlierTandem, side[0].id) == erasure.born
    from mentorkit.privacy.holdings import known_as

    if not erasure.born or reader.born(Person, erasure.person_id) != erasure.born:
        return False
    return known_as(reader, erasure.person_id) is not None


def _erased_again(store: Store, ring: Keyring | None, erasures: Sequence[Erasure]) -> int:
    """Erase persons at once, so that of two who were put together later neither keeps the other's name.

    Where there is no keyring to be written, what its journal tells stands there already.
    """
    from mentorkit.privacy.erasing import carry_out, plan_of  # seldom needed, and long to import
    from mentorkit.privacy.holdings import known_as

    n = 0
    noting = journal(ring) if ring else nullcontext(lambda *_: None)
    with noting as note, store.write(AGAIN, RIGHT) as writer:
        # somebody else may have done it meanwhile
        there = {e.person_id for e in erasures if _is_back(writer, e) and not was_erased(writer, e.person_id)}
        people = list({p.id: p for i in sorted(there) if (p := known_as(writer, i))}.values())
        for programme_id in sorted({person.programme_id for person in people}):
            of_it = [person for person in people if person.programme_id == programme_id]
            plan = plan_of(writer, AGAIN, writer.at, of_it)
            along = plan.mine.ids - there
            note([e for e in carry_out(writer, plan, along) if not e.along], plan.subjects - along)
        # whoever was a person just now has her name in earlier runs taken out with her
        for erasure in erasures:
            told = find_told(writer, erasure.person_id) if _is_back(writer, erasure) else None
            if told is not None:
                person, history = enter(writer, told)
                plan = plan_of(writer, AGAIN, writer.at, [person], history=history)
                note(carry_out(writer, plan), plan.subjects)
                n += 1
    return n + len(people)


@contextmanager
def journal(ring: Keyring) -> Iterator[Callable[[Sequence[Erasure], Collection[str]], None]]:
    """Let who is erased, and whose keys go with that, be written down before it is stored.

    If the machine or the program stops in between, the next opening does the rest. What fails with an error
    was said to have failed: then what was written down here is taken out again.
    """
    erased: list[Erasure] = []
    doomed: list[str] = []

    def note(erasures: Sequence[Erasure], subjects: Collection[str]) -> None:
        with ring.write() as opened:
            mine, theirs = opened.note_erased(erasures), opened.doom(sorted(subjects))
        erased.extend(mine)
        doomed.extend(theirs)

    try:
        yield note
    except Exception:
        if erased or doomed:
            with suppress(StoreError), ring.write() as opened:
                for erasure in erased:
                    opened.take_out(erasure)
                for subject in doomed:
                    opened.spare(subject)
        raise


def destroy_doomed(store: Store, ring: Keyring) -> None:
    """Destroy the keys that were of no use any more, under which no text is kept."""
    with ring.read() as opened:
        if not opened.doomed():
            return
    # while nobody else writes: a text may have been sealed meanwhile
    with store.write(AGAIN, RIGHT) as writer, ring.write() as opened:
        for subject in opened.doomed():
            if writer.versions(SealedText, subject=subject):
                opened.spare(subject)
            else:
                opened.destroy(subject)


def _destroy_again(store: Store, ring: Keyring) -> None:
    """Destroy keys of those who were erased, which an older copy of the keyring brought back."""
    destroy_doomed(store, ring)
    with ring.read() as opened:
        subjects = {key.subject for key in opened.data_keys()}
    if not subjects:
        return
    with store.read() as reader:
        erased = {e.person_id: e.born for e in reader.all(Erasure) if e.person_id in subjects and not e.along}
        ours = [
            i
            for i, born in erased.items()
            if reader.find(Person, i) is None or reader.born(Person, i) == born
        ]
    for subject in ours:
        ring.destroy(subject)


def was_erased(reader: Reader, person_id: str) -> bool:
    """Tell whether a person was erased; who got the same number later was not."""
    return bool(reader.all(Erasure, person_id=person_id))
