import pytest
from mentorkit_widgets.components.form import Field, Form

FIELDS = [
    Field("name", "Name", required=True, longest=10),
    Field("note", "Note", "lines"),
    Field("role", "Role", "choice", options={"mentee": "Mentee", "mentor": "Mentor"}, required=True),
    Field("way", "Way", "radio", options=("by bus", "on foot")),
    Field("town", "Town", "suggest", options=("Unna", "Kamen")),
    Field("agreed", "Agreed", "tick"),
    Field("days", "Days", "ticks", options={"mo": "Monday", "tu": "Tuesday", "we": "Wednesday"}),
    Field("topics", "Topics", "tags", longest=12),
    Field("weight", "Weight", "range", least=0, most=10, unit="points"),
    Field("number", "Number", locked=True),
]


@pytest.fixture
def told():
    return []


@pytest.fixture
def form(told):
    return Form(FIELDS, {"name": "Aylin", "number": "P7"}, on_edit=lambda *edit: told.append(edit))


def browser(form, name, value, number=1):
    form._handle_custom_msg({"edit": name, "value": value, "number": number}, [])


def test_a_form_begins_with_what_is_given_and_is_empty_elsewhere(form):
    assert form.values == {
        "name": "Aylin", "note": "", "role": "", "way": "", "town": "", "agreed": False, "days": [],
        "topics": [], "weight": "0", "number": "P7",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Bea"),
        ("name", ""),
        ("note", "two\nlines"),
        ("role", "mentor"),
        ("way", "by bus"),
        ("town", "Werl"),
        ("agreed", True),
        ("days", ["mo", "we"]),
        ("topics", ["Law"]),
        ("weight", "10"),
    ],
)
def test_what_is_entered_is_held_and_told(form, told, name, value):
    browser(form, name, value)
    assert form.values[name] == value
    assert told == [(name, value)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "longer than ten"),
        ("name", None),
        ("name", 7),
        ("note", "x" * 2001),
        ("role", "evaluator"),
        ("way", "by car"),
        ("agreed", "yes"),
        ("days", ["su"]),
        ("days", "mo"),
        ("days", [1]),
        ("topics", ["longer than twelve"]),
        ("topics", [str(n) for n in range(101)]),
        ("weight", "11"),
        ("weight", "²"),
        ("weight", "many"),
        ("number", "P8"),
        ("nothing", "x"),
    ],
)
def test_what_is_no_value_of_a_field_is_refused_and_from_the_browser_ignored(form, told, name, value):
    before = dict(form.values)
    with pytest.raises(ValueError, match=name):
        form.edit(name, value)
    browser(form, name, value)
    assert form.values == before
    assert told == []


@pytest.mark.parametrize("content", [None, "name", [], {}, {"edit": 3}, {"edit": ["name"], "value": "x"}])
def test_a_message_of_another_shape_changes_nothing(form, told, content):
    form._handle_custom_msg(content, [])
    assert told == []


def test_state_that_the_browser_claims_is_ignored(form):
    form.set_state({"values": {"name": "Mine"}, "_fields": []})
    assert form.values["name"] == "Aylin"
    assert len(form._fields) == len(FIELDS)


def test_the_same_value_again_is_told_to_nobody(form, told):
    browser(form, "name", "Aylin")
    assert told == []


def test_ticks_keep_the_order_of_the_options_and_tags_lose_what_is_double_or_blank(form):
    form.edit("days", ["we", "mo"])
    form.edit("topics", ["Law", " ", "Law ", "Art"])
    assert form.values["days"] == ["mo", "we"]
    assert form.values["topics"] == ["Law", "Art"]


def test_a_text_that_was_too_long_already_may_be_shortened_step_by_step(form):
    form.fill({"name": "longer than ten"})
    form.edit("name", "longer than te")
    with pytest.raises(ValueError, match="longer than 10"):
        form.edit("name", "longer than ten")


def test_an_option_that_is_no_longer_offered_stays_until_another_is_chosen(form):
    form.fill({"role": "evaluator"})
    form.edit("role", "evaluator")
    assert form.values["role"] == "evaluator"
    form.edit("role", "mentee")
    for gone in ("evaluator", ""):
        with pytest.raises(ValueError, match="does not offer"):
            form.edit("role", gone)


def test_other_fields_keep_the_values_and_errors_of_those_that_stay(form):
    form.errors = {"name": "Too short.", "note": "Too long."}
    form.fields = [Field("name", "Your name"), Field("extra", "Extra", "tick")]
    assert form.values == {"name": "Aylin", "extra": False}
    form.errors = {"name": "Too short.", "extra": "Please tick."}
    form.fields = [Field("name", "Your name")]
    assert form.errors == {"name": "Too short."}


def test_filling_puts_in_other_values_tells_nobody_and_takes_the_errors_away(form, told):
    form.errors = {"name": "Too short."}
    filled = form._filled
    form.fill({"name": "Cem"}, key="P9")
    assert (form.values["name"], form.values["number"], form.key) == ("Cem", "P7", "P9")
    assert form.errors == {}
    assert form._filled == filled + 1
    assert told == []
    with pytest.raises(ValueError, match="unknown"):
        form.fill({"unknown": ""})


def test_the_summary_counts_what_is_wrong(form):
    form.refuse({"name": "Bitte einen Namen eintragen."})
    assert form._summary == "Bitte sehen Sie sich 1 Feld noch einmal an:"
    form.refuse({"name": "Bitte einen Namen eintragen.", "role": "Bitte wählen."})
    assert form._summary == "Bitte sehen Sie sich 2 Felder noch einmal an:"


def test_a_browser_learns_which_of_its_messages_was_heard_though_it_was_refused(form):
    browser(form, "name", "longer than ten", number=41)
    assert form._heard == 41


def test_what_was_typed_for_another_record_is_not_taken(form, told):
    form.fill({"name": "Cem"}, key="P9")
    form._handle_custom_msg({"edit": "name", "value": "Ada", "number": 2, "key": "P7"}, [])
    assert (form.values["name"], told, form._heard) == ("Cem", [], 2)
    form._handle_custom_msg({"edit": "name", "value": "Ada", "number": 3, "key": "P9"}, [])
    assert form.values["name"] == "Ada"


def test_a_refusal_and_a_kept_text_are_told_to_the_browser(form, monkeypatch):
    sent = []
    monkeypatch.setattr(form, "send", sent.append)
    form.refuse({})
    assert sent == []
    form.refuse({"name": "Too short."})
    form.safe()
    assert sent == [{"event": "refused"}, {"event": "safe"}]


def test_field_names_are_unique_and_a_slider_has_ends():
    with pytest.raises(ValueError, match="same name"):
        Form([Field("a", "A"), Field("a", "B")])
    with pytest.raises(ValueError, match="needs least and most"):
        Field("a", "A", "range")
    with pytest.raises(ValueError, match="needs least and most"):
        Field("a", "A", "dial")


def test_a_number_with_a_slider_takes_whatever_is_typed():
    form = Form([Field("weight", "Weight", "dial", least=0, most=1000)])
    for typed in ("500", "-3", "viel", ""):
        form.edit("weight", typed)
        assert form.values["weight"] == typed
