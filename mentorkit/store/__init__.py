"""The store of a workbench: the only part that writes to it."""

from mentorkit.store.store import Reader, Store, Writer

__all__ = ["Reader", "Store", "Writer"]
