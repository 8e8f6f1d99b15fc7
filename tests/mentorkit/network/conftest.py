import pytest

from mentorkit.language import Voice, speaking


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield
