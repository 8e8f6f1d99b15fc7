import ipywidgets as w
import pytest
import traitlets as t
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.tabs import Tab, Tabs


@pytest.fixture
def made():
    return []


@pytest.fixture
def tabs(made):
    def build(key):
        return lambda: made.append(key) or w.Label(key)

    return Tabs("Parts", [Tab(key, key.title(), build(key)) for key in ("one", "two", "three")])


def visible(tabs):
    return [key for key in ("one", "two", "three") if tabs.panel(key).layout.display is None]


def test_a_part_is_made_when_it_is_first_shown_and_only_once(tabs, made):
    assert made == ["one"]
    tabs.value = "three"
    tabs.value = "one"
    tabs.value = "three"
    assert made == ["one", "three"]
    assert tabs.panel("three").children[0].value == "three"
    assert tabs.panel("two").children == ()


def test_only_the_chosen_part_is_in_the_page(tabs):
    assert visible(tabs) == ["one"]
    tabs.list._handle_custom_msg({"show": "two"}, [])
    assert (tabs.value, visible(tabs)) == ("two", ["two"])


@pytest.mark.parametrize("content", [None, "two", {}, {"show": "four"}, {"show": ["two"]}, {"show": None}])
def test_a_hand_made_message_shows_nothing_else(tabs, content):
    tabs.list._handle_custom_msg(content, [])
    tabs.list.set_state({"value": "two", "tabs": []})
    assert tabs.value == "one"
    assert len(tabs.list.tabs) == 3


def test_a_part_that_is_not_there_is_refused(tabs):
    with pytest.raises(t.TraitError, match="no part 'four'"):
        tabs.value = "four"


def test_a_title_can_change(tabs):
    tabs.rename("two", "Two (6)")
    assert tabs.list.tabs == [["one", "One"], ["two", "Two (6)"], ["three", "Three"]]


def test_a_disclosure_makes_its_part_on_opening_and_follows_the_browser(made):
    more = Disclosure("More", lambda: made.append("made") or w.Label("inside"))
    assert (more.opened, more.body.layout.display, made) == (False, "none", [])
    more.button._handle_custom_msg({"open": True}, [])
    assert (more.opened, more.body.layout.display, made) == (True, None, ["made"])
    more.opened = False
    assert more.button.opened is False
    more.opened = True
    assert made == ["made"]


@pytest.mark.parametrize("content", [None, True, {}, {"open": "yes"}, {"open": 1}])
def test_a_hand_made_message_opens_nothing(content):
    more = Disclosure("More", lambda: w.Label("inside"))
    more.button._handle_custom_msg(content, [])
    more.button.set_state({"opened": True})
    assert more.opened is False


def test_a_disclosure_may_be_open_from_the_first():
    more = Disclosure("More", lambda: w.Label("inside"), opened=True)
    assert more.body.children[0].value == "inside"
