"""Users, roles, passwords, links and sessions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, UsageError
from mentorkit.language import Voice, speaking
from mentorkit.privacy import log_in as module
from mentorkit.privacy.accounts import Accounts, display_names
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import Session, User
from mentorkit.programme.records import Organisation, Programme
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PASSWORD = "Regen über Lünen 7"


@pytest.fixture(autouse=True)
def _quick_and_english(monkeypatch: pytest.MonkeyPatch):
    """Cheap password hashes: their strength is the library's matter."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(module, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    module._nobodys_hash.cache_clear()
    with speaking(Voice("en")):
        yield
    module._nobodys_hash.cache_clear()


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store)


@pytest.fixture
def operator(accounts: Accounts) -> Actor:
    accounts.add(sole_actor("me"), "anna", "Anna Berg", PASSWORD)
    return accounts.actor_of("anna")


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2014, 5, 1, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


@pytest.fixture
def clock(store: Store) -> Clock:
    store.clock = Clock()
    return store.clock


def _actions(store: Store) -> list[str]:
    with store.read() as reader:
        return [entry["action"] for entry in reader.trail()]


# -- who there is -------------------------------------------------------------------------------------


def test_without_users_whoever_can_read_the_file_acts_with_every_right(accounts: Accounts) -> None:
    assert not accounts.any()
    assert accounts.actor_of("somebody") == sole_actor("somebody")


def test_with_users_only_they_act(accounts: Accounts, operator: Actor) -> None:
    assert accounts.any()
    for stranger in ("somebody", None, ""):
        with pytest.raises(NotAllowed):
            accounts.actor_of(stranger)


def test_the_first_user_can_add_the_next_and_that_one_cannot(accounts: Accounts, operator: Actor) -> None:
    accounts.add(operator, "bert", "Bert Stahl")
    with pytest.raises(NotAllowed):
        accounts.add(accounts.actor_of("bert"), "cem", "Cem Probe")
    assert not accounts.knows("cem")


def test_users_are_listed_with_their_roles_in_german_order(
    store: Store, accounts: Accounts, operator: Actor
) -> None:
    Workbench(store, sole_actor("me")).add("cross-administration")
    accounts.add(operator, "oe", "Özlem Adler")
    accounts.add(operator, "z", "Zoe Brandt")
    accounts.grant(operator, "oe", "organisation", organisation="Lünen")
    rows = accounts.list(operator)
    assert [row["name"] for row in rows] == ["anna", "oe", "z"]
    assert rows[1]["roles"] == [{"role": "organisation", "programme_id": None, "organisation": "Lünen"}]
    with pytest.raises(NotAllowed):
        accounts.list(accounts.actor_of("z"))


# -- adding, granting, removing -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "Anna", "a b", "../x", "ä", "x" * 65, "-x"])
def test_an_unfit_user_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(UsageError):
        accounts.add(sole_actor(), name, "Somebody")
    assert not accounts.any()


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "berta2014berta", "12312312312312"])
def test_a_weak_password_is_refused_and_no_user_made(accounts: Accounts, password: str) -> None:
    with pytest.raises(UsageError):
        accounts.add(sole_actor(), "berta", "Berta", password)
    assert not accounts.any()


def test_a_name_is_given_once(accounts: Accounts, operator: Actor) -> None:
    with pytest.raises(RuleBroken, match="anna"):
        accounts.add(operator, "anna", "Another Anna")


def test_a_role_is_held_in_the_programme_it_was_granted_for(
    store: Store, accounts: Accounts, operator: Actor
) -> None:
    with store.write("anna", "programme.add") as writer:
        for name in ("p", "q"):
            settings = load_preset("arts-academy")
            writer.save(Programme(id=name, name=name, preset="arts-academy", settings=settings))
    accounts.add(operator, "bert", "Bert")
    accounts.grant(operator, "bert", "lead", "p")
    bert = accounts.actor_of("bert")
    assert bert.may("matching.approve", "p")
    assert not bert.may("matching.approve", "q")
    assert not bert.may("user.change")


def test_a_role_is_granted_once(accounts: Accounts, operator: Actor) -> None:
    accounts.add(operator, "bert", "Bert")
    for _ in range(2):
        accounts.grant(operator, "bert", "lead")
    assert len(accounts.actor_of("bert").grants) == 1


@pytest.mark.parametrize(
    ("role", "programme", "organisation", "error"),
    [
        ("boss", None, None, UsageError),
        ("organisation", None, None, UsageError),
        ("lead", None, "Lünen", UsageError),
        ("lead", "none", None, NotFound),
    ],
)
def test_an_unfit_role_is_refused(
    accounts: Accounts,
    operator: Actor,
    role: str,
    programme: str | None,
    organisation: str | None,
    error: type[Exception],
) -> None:
    accounts.add(operator, "bert", "Bert")
    with pytest.raises(error):
        accounts.grant(operator, "bert", role, programme, organisation)
    assert accounts.actor_of("bert").grants == ()


def test_a_role_for_an_organisation_names_one_that_is_known(store: Store, operator: Actor) -> None:
    accounts = Accounts(store)
    Workbench(store, sole_actor("me")).add("cross-administration")
    accounts.grant(operator, "anna", "organisation", "cross-administration", "Lünen")
    with pytest.raises(NotFound, match="Fröndenberg"):
        accounts.grant(operator, "anna", "organisation", "cross-administration", "Luenen")
    Workbench(store, sole_actor("me")).add("cross-company")
    accounts.grant(operator, "anna", "organisation", "cross-company", "Noch ohne Bewerbung")


def test_a_removed_user_is_out_at_once(accounts: Accounts, operator: Actor) -> None:
    accounts.add(operator, "bert", "Bert", PASSWORD)
    session, link = accounts.start_session("bert"), accounts.new_link(operator, "bert")
    accounts.remove(operator, "bert")
    assert accounts.user_of(session) is None
    assert accounts.redeem(link) is None
    assert accounts.check_password("bert", PASSWORD) is None
    with pytest.raises(NotAllowed):
        accounts.actor_of("bert")


def test_the_last_operator_cannot_be_removed(accounts: Accounts, operator: Actor) -> None:
    with pytest.raises(RuleBroken, match="Anna Berg"):
        accounts.remove(operator, "anna")
    accounts.add(operator, "bert", "Bert")
    accounts.grant(operator, "bert", "operator")
    accounts.remove(operator, "anna")
    assert accounts.actor_of("bert").may("user.change")


def test_an_operator_of_one_programme_does_not_stand_in_for_the_last_one(
    store: Store, accounts: Accounts, operator: Actor
) -> None:
    Workbench(store, sole_actor("me")).add("arts-academy")
    accounts.add(operator, "bert", "Bert")
    accounts.grant(operator, "bert", "operator", "arts-academy")
    with pytest.raises(RuleBroken, match="Anna Berg"):
        accounts.remove(operator, "anna")


def test_a_removed_user_who_is_added_again_gets_what_is_given_now_only(
    accounts: Accounts, operator: Actor
) -> None:
    accounts.add(operator, "bert", "Bert", PASSWORD)
    accounts.grant(operator, "bert", "lead")
    link = accounts.new_link(operator, "bert")
    accounts.remove(operator, "bert")
    assert not accounts.knows("bert")
    accounts.add(operator, "bert", "Bert Stahl")
    accounts.grant(operator, "bert", "analyst")
    assert [grant.role for grant in accounts.actor_of("bert").grants] == ["analyst"]
    assert accounts.check_password("bert", PASSWORD) is None
    assert accounts.redeem(link) is None
    assert accounts.redeem(accounts.new_link(operator, "bert"))


def test_who_is_not_there_is_not_found(accounts: Accounts, operator: Actor) -> None:
    for attempt in (
        lambda: accounts.remove(operator, "nobody"),
        lambda: accounts.grant(operator, "nobody", "lead"),
        lambda: accounts.set_password(operator, "nobody", PASSWORD),
        lambda: accounts.new_link(operator, "nobody"),
    ):
        with pytest.raises(NotFound, match="nobody"):
            attempt()


# -- passwords ----------------------------------------------------------------------------------------


def test_a_password_lets_in_its_user_alone(accounts: Accounts, operator: Actor) -> None:
    accounts.add(operator, "bert", "Bert", "ein anderes Geheimnis")
    accounts.add(operator, "cem", "Cem")
    assert accounts.check_password("anna", PASSWORD).id == "anna"
    assert accounts.check_password("bert", PASSWORD) is None
    assert accounts.check_password("cem", "") is None
    assert accounts.check_password("nobody", PASSWORD) is None


def test_no_password_is_stored_as_it_was_typed(store: Store, accounts: Accounts, operator: Actor) -> None:
    with store.read() as reader:
        user = reader.get(User, "anna")
        trail = str(reader.trail())
    assert user.password_hash.startswith("$argon2id$")
    assert "argon2" not in trail
    assert PASSWORD not in trail


def test_a_new_password_ends_the_sessions(accounts: Accounts, operator: Actor) -> None:
    session = accounts.start_session("anna")
    accounts.set_password(operator, "anna", "ganz neues Passwort 5")
    assert accounts.user_of(session) is None
    assert accounts.check_password("anna", PASSWORD) is None
    assert accounts.check_password("anna", "ganz neues Passwort 5") is not None


def test_anybody_changes_her_own_password_and_nobody_elses(accounts: Accounts, operator: Actor) -> None:
    accounts.add(operator, "bert", "Bert", PASSWORD)
    bert = accounts.actor_of("bert")
    accounts.set_password(bert, "bert", "ganz neues Passwort 5")
    with pytest.raises(NotAllowed):
        accounts.set_password(bert, "anna", "ganz neues Passwort 5")


# -- links and sessions -------------------------------------------------------------------------------


def test_a_link_logs_in_once(accounts: Accounts, operator: Actor) -> None:
    token = accounts.new_link(operator, "anna")
    assert accounts.redeem(token).id == "anna"
    assert accounts.redeem(token) is None
    assert accounts.redeem("invented") is None


def test_a_link_grows_old(accounts: Accounts, operator: Actor, clock: Clock) -> None:
    token = accounts.new_link(operator, "anna", dt.timedelta(hours=1))
    clock.forward(minutes=61)
    assert accounts.redeem(token) is None


def test_a_session_lasts_until_log_out(accounts: Accounts, operator: Actor) -> None:
    token, other = accounts.start_session("anna"), accounts.start_session("anna")
    assert accounts.user_of(token).id == "anna"
    accounts.end_session(token)
    assert accounts.user_of(token) is None
    assert accounts.user_of(other).id == "anna"
    accounts.set_password(operator, "anna", "ganz neues Passwort 5")
    assert accounts.user_of(other) is None
    assert accounts.user_of("invented") is None


def test_a_session_ends_when_it_is_idle(accounts: Accounts, operator: Actor, clock: Clock) -> None:
    token = accounts.start_session("anna")
    clock.forward(minutes=29)
    assert accounts.user_of(token)
    clock.forward(minutes=29)
    assert accounts.user_of(token, touch=False)
    clock.forward(minutes=2)
    assert accounts.user_of(token) is None


def test_a_session_in_use_ends_after_its_longest_time(
    accounts: Accounts, operator: Actor, clock: Clock
) -> None:
    token = accounts.start_session("anna")
    for _ in range(12 * 3):
        clock.forward(minutes=20)
        assert accounts.user_of(token)
    clock.forward(minutes=1)
    assert accounts.user_of(token) is None


def test_log_in_and_out_are_on_record_and_use_is_not(
    store: Store, accounts: Accounts, operator: Actor, clock: Clock
) -> None:
    before = len(_actions(store))
    token = accounts.start_session("anna")
    clock.forward(minutes=5)
    accounts.user_of(token)
    accounts.end_session(token)
    accounts.end_session(token)
    assert _actions(store)[before:] == ["session.start", "session.end"]


def test_tokens_are_not_in_the_store(store: Store, accounts: Accounts, operator: Actor) -> None:
    tokens = [accounts.start_session("anna"), accounts.new_link(operator, "anna")]
    with store.read() as reader:
        held = str(reader.all(Session)) + str(reader.trail())
    assert not any(token in held for token in tokens)


# -- what the lead of one programme may ----------------------------------------------------------------


@pytest.fixture
def lead(accounts: Accounts, operator: Actor, store: Store) -> Actor:
    """The lead of one of two programmes."""
    with store.write("me", "test") as writer:
        for key in ("p", "q"):
            settings = load_preset("cross-administration")
            writer.save(Programme(id=key, name=key, preset="cross-administration", settings=settings))
            writer.save(Organisation(id=f"O{key}", programme_id=key, name="Kamen"))
    accounts.add(operator, "lea", "Lea")
    accounts.grant(operator, "lea", "lead", "p")
    return accounts.actor_of("lea")


def test_a_lead_lets_people_into_her_programme_with_a_link_and_out_again(
    accounts: Accounts, lead: Actor
) -> None:
    token, _ = accounts.let_in(lead, "kim", "Kim Kranich", "organisation", "p", "Kamen")
    session = accounts.start_session(accounts.redeem(token).id)
    assert accounts.let_in(lead, "kim", "", "analyst", "p") == ("", False)
    assert accounts.user_of(session).id == "kim"
    assert {user["name"] for user in accounts.list(lead, "p")} == {"anna", "kim", "lea"}
    assert accounts.redeem(accounts.new_link(lead, "kim")).id == "kim"
    assert not accounts.revoke(lead, "kim", "organisation", "p", "Kamen")
    assert accounts.revoke(lead, "kim", "analyst", "p")
    with pytest.raises(NotAllowed):
        accounts.actor_of("kim")
    assert accounts.let_in(lead, "kim", "Kim", "analyst", "p").token
    assert [grant.role for grant in accounts.actor_of("kim").grants] == ["analyst"]


@pytest.mark.parametrize("role", ["operator", "lead", "data-protection"])
def test_a_lead_gives_no_role_as_strong_as_hers(accounts: Accounts, lead: Actor, role: str) -> None:
    for programme in ("p", "q", None):
        with pytest.raises(NotAllowed):
            accounts.grant(lead, "lea", role, programme)
        with pytest.raises(NotAllowed):
            accounts.revoke(lead, "anna", role, programme)
    with pytest.raises(NotAllowed):
        accounts.let_in(lead, "kim", "Kim", role, "p")
    assert not accounts.knows("kim")


@pytest.mark.parametrize("programme", ["p", None])
@pytest.mark.parametrize("other", ["lead", "organisation", "operator"])
def test_nobody_both_evaluates_and_coordinates_a_programme(
    accounts: Accounts, lead: Actor, operator: Actor, other: str, programme: str | None
) -> None:
    where = (programme, "Kamen" if other == "organisation" else None)
    for name, first, then in (
        ("kim", (other, *where), ("evaluator", "p")),
        ("max", ("evaluator", "p"), (other, *where)),
    ):
        accounts.add(operator, name, name.title())
        accounts.grant(operator, name, *first)
        with pytest.raises(RuleBroken, match=name):
            accounts.grant(operator, name, *then)
        assert [grant.role for grant in accounts.actor_of(name).grants] == [first[0]]
    # the control: another programme, or another role
    accounts.add(operator, "eva", "Eva")
    accounts.grant(operator, "eva", "evaluator", "q")
    accounts.grant(operator, "eva", "lead", "p")
    accounts.grant(operator, "eva", "data-protection", "q")


def test_nobody_makes_herself_an_evaluator(accounts: Accounts, lead: Actor, operator: Actor) -> None:
    for deed in (
        lambda: accounts.grant(lead, "lea", "evaluator", "p"),
        lambda: accounts.let_in(lead, "lea", "Lea", "evaluator", "p"),
        lambda: accounts.grant(operator, "anna", "evaluator"),
    ):
        with pytest.raises(RuleBroken, match="herself"):
            deed()
    assert not accounts.actor_of("lea").may("confidence.read", "p")
    accounts.let_in(lead, "kim", "Kim", "evaluator", "p")  # the control
    assert accounts.actor_of("kim").may("confidence.read", "p")


@pytest.mark.parametrize("programme", ["q", None])
def test_a_lead_reaches_no_other_programme(
    accounts: Accounts, lead: Actor, operator: Actor, programme: str | None
) -> None:
    accounts.add(operator, "eva", "Eva")
    accounts.grant(operator, "eva", "evaluator", programme)
    deeds = [
        lambda: accounts.list(lead, programme),
        lambda: accounts.revoke(lead, "eva", "evaluator", programme),
        lambda: accounts.grant(lead, "eva", "analyst", programme),
        lambda: accounts.new_link(lead, "eva"),
        lambda: accounts.remove(lead, "eva"),
        lambda: accounts.set_password(lead, "eva", PASSWORD),
        lambda: accounts.add(lead, "new", "New"),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()
    # whoever has a role elsewhere can be given one here, but gets no link from here
    assert accounts.let_in(lead, "eva", "", "analyst", "p").token == ""
    with pytest.raises(NotAllowed, match="eva"):
        accounts.new_link(lead, "eva")


def test_a_link_made_by_a_lead_lets_in_nobody_with_other_rights(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.add(operator, "bare", "Nothing Yet")
    for name in ("anna", "lea", "bare"):
        with pytest.raises(NotAllowed):
            accounts.new_link(lead, name)
    accounts.add(operator, "olga", "Olga")
    accounts.grant(operator, "olga", "data-protection", "q")
    accounts.remove(operator, "olga")
    with pytest.raises(NotAllowed, match="olga"):
        accounts.let_in(lead, "olga", "Olga", "analyst", "p")
    assert not accounts.knows("olga")


def test_who_does_not_lead_lets_nobody_in(accounts: Accounts, lead: Actor) -> None:
    accounts.let_in(lead, "eva", "Eva", "evaluator", "p")
    evaluator = accounts.actor_of("eva")
    with pytest.raises(NotAllowed):
        accounts.let_in(evaluator, "kim", "Kim", "analyst", "p")
    with pytest.raises(NotAllowed):
        accounts.new_link(evaluator, "eva")


@pytest.mark.parametrize(
    ("role", "programme"),
    [("operator", None), ("lead", "p"), ("data-protection", "q"), ("evaluator", "q"), ("analyst", None)],
)
def test_a_log_in_that_a_lead_handed_out_ends_when_its_user_gets_more_than_a_lead_may_give(
    accounts: Accounts, lead: Actor, operator: Actor, role: str, programme: str | None
) -> None:
    session = accounts.start_session(
        accounts.redeem(accounts.let_in(lead, "xenia", "Xenia", "analyst", "p").token).id
    )
    accounts.set_password(accounts.actor_of("xenia"), "xenia", PASSWORD)
    later, unused = accounts.start_session("xenia"), accounts.new_link(lead, "xenia")
    assert accounts.grant(operator, "xenia", role, programme)
    assert accounts.redeem(unused) is None
    assert accounts.user_of(session) is accounts.user_of(later) is None
    assert accounts.check_password("xenia", PASSWORD) is None
    with pytest.raises(NotAllowed):
        accounts.new_link(lead, "xenia")
    assert accounts.redeem(accounts.new_link(operator, "xenia")).id == "xenia"


def test_a_log_in_from_the_operation_outlives_further_roles(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.add(operator, "olga", "Olga", PASSWORD)
    accounts.grant(operator, "olga", "evaluator", "p")
    for link in (accounts.new_link(operator, "olga"), accounts.new_link(sole_actor("root"), "olga")):
        session = accounts.start_session(accounts.redeem(link).id)
    assert not accounts.grant(lead, "olga", "analyst", "p")
    assert not accounts.grant(operator, "olga", "evaluator", "q")
    assert not accounts.grant(operator, "olga", "data-protection")
    assert accounts.user_of(session).id == "olga"
    assert accounts.check_password("olga", PASSWORD)


def test_who_gives_more_than_the_maker_of_the_log_in_may_is_handed_a_new_link_if_she_may_have_one(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.let_in(lead, "xenia", "Xenia", "evaluator", "p")
    token, ended = accounts.let_in(operator, "xenia", "", "lead", "q")
    assert ended
    assert accounts.redeem(token).id == "xenia"
    accounts.add(operator, "quinn", "Quinn")
    accounts.grant(operator, "quinn", "lead", "q")
    old, _ = accounts.let_in(accounts.actor_of("quinn"), "yara", "Yara", "evaluator", "q")
    assert accounts.let_in(lead, "yara", "", "evaluator", "p") == ("", True)
    assert accounts.redeem(old) is None


def test_the_link_of_a_lead_who_leads_no_longer_lets_in_nobody_with_further_roles(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.grant(operator, "anna", "lead", "p")
    old, _ = accounts.let_in(lead, "xenia", "Xenia", "evaluator", "p")
    accounts.revoke(operator, "lea", "lead", "p")
    assert accounts.let_in(operator, "xenia", "", "analyst", "p").token
    assert accounts.redeem(old) is None


def test_a_role_that_is_taken_ends_the_sessions_that_were_opened_with_it(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.grant(operator, "anna", "lead", "p")
    accounts.grant(operator, "lea", "analyst", "p")
    session = accounts.start_session("lea")
    assert not accounts.revoke(operator, "lea", "lead", "p")
    assert accounts.user_of(session) is None
    assert accounts.actor_of("lea").may("programme.read", "p")


def test_the_last_lead_of_a_programme_is_not_removed(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    with pytest.raises(RuleBroken, match=r"Lea.*“p”"):
        accounts.remove(operator, "lea")
    assert accounts.knows("lea")
    accounts.grant(operator, "anna", "lead", "p")
    accounts.remove(operator, "lea")
    assert not accounts.knows("lea")


def test_a_lead_learns_of_no_user_by_trying_names(accounts: Accounts, lead: Actor, operator: Actor) -> None:
    accounts.add(operator, "olga", "Olga Orban")
    accounts.grant(operator, "olga", "evaluator", "q")
    tries: list[Callable[[str], object]] = [
        lambda name: accounts.new_link(lead, name),
        lambda name: accounts.revoke(lead, name, "evaluator", "p"),
        lambda name: accounts.remove(lead, name),
        lambda name: accounts.set_password(lead, name, PASSWORD),
    ]
    for attempt in tries:
        said = []
        for name in ("olga", "nobody"):
            with pytest.raises((NotAllowed, NotFound)) as refused:
                attempt(name)
            said.append((type(refused.value), str(refused.value).replace(name, "…")))
        assert said[0] == said[1]


def test_names_of_users_are_told_to_their_programmes_alone(
    store: Store, accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    for name in ("max", "olga"):
        accounts.add(operator, name, name.title())
        accounts.grant(operator, name, "evaluator", "q")
    accounts.grant(operator, "max", "evaluator", "p")
    accounts.revoke(operator, "max", "evaluator", "p")  # what she decided there still has her name
    assert display_names(store, lead, "p") == {"anna": "Anna Berg", "lea": "Lea", "max": "Max"}
    with pytest.raises(NotAllowed):
        display_names(store, lead, "q")


def test_the_last_lead_of_a_programme_keeps_the_role(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.add(operator, "max", "Max")
    accounts.grant(operator, "max", "lead", "q")
    for name, programme in (("lea", "p"), ("max", "q")):
        with pytest.raises(RuleBroken, match=f"{name.title()}.*“{programme}”"):
            accounts.revoke(operator, name, "lead", programme)
    accounts.grant(operator, "anna", "lead")
    accounts.revoke(operator, "lea", "lead", "p")
    with pytest.raises(RuleBroken, match="Anna Berg"):
        accounts.revoke(operator, "anna", "lead")
    accounts.grant(operator, "max", "lead", "p")
    assert not accounts.revoke(operator, "anna", "lead")


def test_a_lead_without_a_log_in_stands_in_for_nobody(
    accounts: Accounts, lead: Actor, operator: Actor
) -> None:
    accounts.add(operator, "max", "Max")
    accounts.grant(operator, "max", "lead", "p")
    accounts.remove(operator, "max")
    with pytest.raises(RuleBroken, match="Lea"):
        accounts.revoke(operator, "lea", "lead", "p")
