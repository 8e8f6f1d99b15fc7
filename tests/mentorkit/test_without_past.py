"""A workbench of which everything past was forgotten goes on working."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mentorkit.intake import actions, unmerge
from mentorkit.matching import choosing, deciders, news, service, steps
from mentorkit.overview.changes import changes
from mentorkit.store import check
from mentorkit.workbench import open_workbench


@pytest.fixture
def bench(new_demo):
    opened = open_workbench(new_demo(), "demo")
    with opened.store.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM history"))
    yield opened
    opened.close()


def test_without_any_past_the_demo_can_be_looked_at_and_its_trail_holds(bench):
    store, actor = bench.store, bench.actor
    assert check.problems(store) == []
    assert check.audit_trail(store).forgotten > 500
    changes(store, actor, 20)
    for run in bench.runs:
        choosing.select(store, actor, run.id)
        assert deciders.deciders(store, actor, run.id) == {}
        assert news.news(store, actor, run.id, 0).changes == ()
        assert steps.steps(store, actor, run.id) == (None, None)
        assert service.approved_by(store, actor, run.id) or not run.record.approved_at
        for application in run.application_records:
            assert actions.history_of(store, actor, application.id)
            assert actions.undoable(store, actor, application.id) is None
    for programme in bench.programmes:
        assert unmerge.merged(store, actor, programme.id) == []
