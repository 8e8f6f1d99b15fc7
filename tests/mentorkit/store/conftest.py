import pytest

import mentorkit.store.store
from mentorkit.store.schema import upgrade


@pytest.fixture(autouse=True)
def _tables_made_step_by_step(monkeypatch):
    """Make the tables of each store as the product does, and copy none."""
    monkeypatch.setattr(mentorkit.store.store, "upgrade", upgrade)
