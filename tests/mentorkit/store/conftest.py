import pytest

import mentorkit.store.store
from mentorkit.store.schema import upgrade


@pytest.fixture(autouse=True)
def _tables_made_step_by_step(monkeypatch, on_server):
    """Make the tables of each store as the product does, and copy none, unless a server is to be found."""
    if on_server is None:
        monkeypatch.setattr(mentorkit.store.store, "upgrade", upgrade)
