import pytest
import traitlets as t
from mentorkit_widgets.components.choice import Choice


@pytest.fixture
def choice():
    return Choice("Show", {"a": "One", "b": "Two"})


def test_the_first_option_is_chosen_until_another_is(choice):
    assert choice.value == "a"
    choice._handle_custom_msg({"choose": "b"}, [])
    assert choice.value == "b"


@pytest.mark.parametrize("content", [None, "b", {}, {"choose": "c"}, {"choose": None}, {"choose": ["b"]}])
def test_a_hand_made_message_chooses_nothing(choice, content):
    choice._handle_custom_msg(content, [])
    assert choice.value == "a"


def test_state_that_the_browser_claims_is_ignored(choice):
    choice.set_state({"value": "b", "options": [["b", "Mine"]]})
    assert (choice.value, choice.options) == ("a", [["a", "One"], ["b", "Two"]])


def test_what_is_no_option_is_refused(choice):
    with pytest.raises(t.TraitError, match="no option 'c'"):
        choice.value = "c"
