"""What the tests of the intake need besides."""

import pytest
from academy import new_academy


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "libreoffice: needs LibreOffice's soffice")


@pytest.fixture
def academy():
    """An academy whose mentees wish for mentors, known and unknown."""
    store = new_academy()
    yield store
    store.close()
