"""What the tests of the intake need besides."""

import pytest
from academy import new_academy

from mentorkit.language import Voice, speaking
from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def in_english():
    """What is said is said in English."""
    with speaking(Voice("en")):
        yield


@pytest.fixture
def party():
    """A store with the party's programme, and nobody in it."""
    made = Store.create()
    Workbench(made, sole_actor("eva")).add("party-chapters")
    yield made
    made.close()


@pytest.fixture
def academy():
    """An academy whose mentees wish for mentors, known and unknown."""
    store = new_academy()
    yield store
    store.close()
