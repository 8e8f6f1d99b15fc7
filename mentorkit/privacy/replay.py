"""Erasing again who was erased, whatever copy of a workbench or its keyring was put back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mentorkit.privacy.records import Erasure
from mentorkit.programme.records import Person
from mentorkit.store import Reader, Store
from mentorkit.store.engine import BUSY_SECONDS
from mentorkit.store.keyring import Keyring

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
        The keyring; the workbench's own where it is left out.

    Returns
    -------
    int
        How many persons were erased.
    """
    ring = ring or store.keyring_there
    if ring is None:
        return 0
    noted = {(e.person_id, e.born): e for e in ring.erased()}
    with store.read() as reader:
        stored = {(e.person_id, e.born): e for e in reader.all(Erasure)}
        back = [e for key, e in noted.items() if key not in stored and _is_back(reader, e)]
    for key in stored.keys() - noted.keys():
        ring.note_erased(stored[key])
    erased = _erased_again(store, ring, back) if back else 0
    _destroy_again(store, ring)
    if erased:
        store.leave_nothing()
    return erased


def _is_back(reader: Reader, erasure: Erasure) -> bool:
    found = reader.find(Person, erasure.person_id)
    return found is not None and bool(erasure.born) and reader.born(Person, found.id) == erasure.born


def _erased_again(store: Store, ring: Keyring, erasures: Sequence[Erasure]) -> int:
    """Erase persons at once, so that of two who were put together later neither keeps the other's name."""
    from mentorkit.privacy.erasing import carry_out, plan_of  # seldom needed, and long to import

    with store.write(AGAIN, RIGHT) as writer:
        # somebody else may have done it meanwhile
        there = {e.person_id for e in erasures if _is_back(writer, e) and not was_erased(writer, e.person_id)}
        people = [writer.get(Person, person_id) for person_id in sorted(there)]
        for programme_id in sorted({person.programme_id for person in people}):
            of_it = [person for person in people if person.programme_id == programme_id]
            for done in carry_out(writer, plan_of(writer, AGAIN, writer.at, of_it)):
                ring.note_erased(done)
    return len(people)


def _destroy_again(store: Store, ring: Keyring) -> None:
    """Destroy keys of those who were erased, which an older copy of the keyring brought back."""
    with ring.read() as opened:
        subjects = {key.subject for key in opened.data_keys()}
    if not subjects:
        return
    with store.read() as reader:
        erased = {e.person_id: e.born for e in reader.all(Erasure) if e.person_id in subjects}
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
