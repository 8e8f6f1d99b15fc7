"""What the tests of the intake need besides."""

import pytest
from academy import new_academy


@pytest.fixture
def academy():
    """An academy whose mentees wish for mentors, known and unknown."""
    store = new_academy()
    yield store
    store.close()
