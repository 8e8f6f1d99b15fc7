from __future__ import annotations

import pytest
from app_people import workbench
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.view import ProgrammeView


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


@pytest.fixture
def model(bench):
    return ProgrammeModel(bench, bench.run())


@pytest.fixture
def view(model):
    return ProgrammeView(model)
