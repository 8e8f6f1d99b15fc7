from __future__ import annotations

import pytest

from mentorkit.drafts import clear_draft, load_draft, save_draft
from mentorkit.errors import NotAllowed, NotFound
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store

RUN = "cross-administration/2014"
ANNA, BEA = sole_actor("anna"), sole_actor("bea")


@pytest.fixture
def store():
    made = Store.create(":memory:")
    settings = load_preset("cross-administration")
    with made.write("anna", "test") as writer:
        writer.save(
            Programme(
                id="cross-administration", name="Kreis", preset="cross-administration", settings=settings
            )
        )
        writer.save(Run(id=RUN, programme_id="cross-administration", name="2014"))
    yield made
    made.close()


def test_a_draft_comes_back_as_it_was_kept(store):
    content = {"rows": [{"name": "Ümit <b>", "n": 3}], "empty": None}
    save_draft(store, ANNA, RUN, "intake", content)
    assert load_draft(store, ANNA, RUN, "intake") == content


def test_a_later_draft_replaces_the_earlier(store):
    for number in (1, 2, 3):
        save_draft(store, ANNA, RUN, "intake", {"number": number})
    assert load_draft(store, ANNA, RUN, "intake") == {"number": 3}


def test_nobody_sees_anothers_draft_and_each_app_has_its_own(store):
    save_draft(store, ANNA, RUN, "intake", {"number": 1})
    assert load_draft(store, BEA, RUN, "intake") is None
    assert load_draft(store, ANNA, RUN, "matching") is None


def test_a_cleared_draft_is_gone_and_clearing_twice_is_harmless(store):
    save_draft(store, ANNA, RUN, "intake", {"number": 1})
    clear_draft(store, ANNA, RUN, "intake")
    clear_draft(store, ANNA, RUN, "intake")
    assert load_draft(store, ANNA, RUN, "intake") is None


@pytest.mark.parametrize(
    "act",
    [
        lambda store, actor: load_draft(store, actor, RUN, "intake"),
        lambda store, actor: save_draft(store, actor, RUN, "intake", {}),
        lambda store, actor: clear_draft(store, actor, RUN, "intake"),
    ],
)
def test_without_a_role_there_is_no_draft(store, act):
    with pytest.raises(NotAllowed):
        act(store, Actor("nobody", ()))


def test_a_draft_needs_a_run_that_exists(store):
    with pytest.raises(NotFound):
        save_draft(store, ANNA, "cross-administration/1999", "intake", {})
