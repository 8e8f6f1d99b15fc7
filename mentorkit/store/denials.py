"""What somebody was denied, told to the audit trail once no transaction is open."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from mentorkit.errors import StoreError
from mentorkit.store.transaction import Writer

#: Somebody who tries again and again leaves one entry in this time.
_ONCE_IN = dt.timedelta(minutes=1)


class Denials(threading.local):
    """What was denied in this thread and stands in no trail yet: the programme, by actor and action."""

    def __init__(self, write: Callable[[str, str], AbstractContextManager[Writer]]) -> None:
        self._write = write
        self._open = 0
        self.waiting: dict[tuple[str, str], str] = {}

    @contextmanager
    def kept_back(self) -> Iterator[None]:
        """Tell nothing before a transaction of this thread has ended."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            self.tell()

    def tell(self) -> None:
        """Write down what waits, unless a transaction is open."""
        while self.waiting and not self._open:
            (actor, action), programme_id = self.waiting.popitem()
            with suppress(StoreError), self._write(actor, f"{action}.denied") as writer:
                if not writer.did_lately(_ONCE_IN):
                    writer.note("programme" if programme_id else "", programme_id)
