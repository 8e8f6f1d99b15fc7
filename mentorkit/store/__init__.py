"""The store of a workbench: the only part that writes to it."""

from mentorkit.store.store import Store
from mentorkit.store.transaction import Reader, Writer

__all__ = ["Reader", "Store", "Writer"]
