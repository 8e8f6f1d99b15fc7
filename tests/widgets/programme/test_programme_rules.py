"""Rules, questions, weights, dates and goals in the app of the programme."""

from __future__ import annotations

import datetime as dt

from app_people import HOSTILE
from mentorkit_widgets.programme.criteria import Weights
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList
from programme_hands import (
    enter,
    entries,
    form_with,
    inside,
    open_part,
    table_in,
    words,
)

from mentorkit.intake import prospects
from mentorkit.programme.rules import Rule


def test_an_organisation_gets_a_quota_of_its_own(view, model, bench):
    entry = entries(open_part(view, "organisations"))
    place = next(row["id"] for row in entry.table.rows if row["name"] == "Kamen")
    entry.table.act(place, "edit")
    enter(entry.form, mentees="eine")
    entry.add.click()
    assert "keine ganze Zahl" in entry.form.errors["mentees"]
    enter(entry.form, mentees="1")
    entry.add.click()
    model.save()
    assert bench.run().programme.settings.quotas.of("mentee", "Kamen") == 1
    assert next(row["limits"] for row in entry.table.rows if row["name"] == "Kamen") == "Mentees 1"


def test_a_quota_that_is_no_number_is_said_at_its_field(view, model):
    form = form_with(open_part(view, "organisations"), "quotas.mentees")
    form.edit("quotas.mentees", "drei")
    assert "„drei“ ist keine ganze Zahl" in form.errors["quotas.mentees"]
    assert view.changes.save.disabled
    form.edit("quotas.mentees", "")
    assert model.settings["quotas"]["mentees"] is None
    assert not view.changes.save.disabled


def test_the_first_organisation_is_added_where_neighbours_are_asked(view):
    enter(form_with(open_part(view, "general"), "pairing"), pairing="near")
    entry = entries(open_part(view, "organisations"))
    for name in [row["name"] for row in entry.table.rows]:
        entry.table.act(next(row["id"] for row in entry.table.rows if row["name"] == name), "remove")
    assert entry.table.rows == []
    enter(entry.form, name="Kamen")
    entry.add.click()
    assert [row["name"] for row in entry.table.rows] == ["Kamen"]


def test_neighbours_are_set_where_tandems_may_link_them_and_hold_both_ways(view, model, bench):
    part = open_part(view, "organisations")
    entry = entries(part)

    def row_of(name):
        return next(row for row in entry.table.rows if row["name"] == name)

    def names():
        return [field.name for field in entry.form.fields]

    assert "neighbours" not in names()
    enter(form_with(open_part(view, "general"), "pairing"), pairing="near")
    assert "Nachbarn" in [column["label"] for column in entry.table.columns]
    entry.table.act(row_of("Kamen")["id"], "edit")
    assert "neighbours" in names()
    enter(entry.form, neighbours=["Lünen", "Werne"])
    entry.add.click()
    assert row_of("Lünen")["neighbours"] == ["Kamen"]
    entry.table.act(row_of("Kamen")["id"], "edit")
    enter(entry.form, name="Stadt Kamen", neighbours=["Lünen"])
    entry.add.click()
    assert (row_of("Lünen")["neighbours"], row_of("Werne")["neighbours"]) == (["Stadt Kamen"], [])
    assert "Lünen: Stadt Kamen" in view.changes.told.value
    again = ProgrammeModel(bench, bench.run())
    assert next(o for o in again.organisations if o.name == "Lünen").neighbours == ("Stadt Kamen",)
    model.save()
    assert bench.run().programme.settings.organisations.near("Lünen") == ("Stadt Kamen",)
    entry.table.act(row_of("Stadt Kamen")["id"], "remove")
    assert row_of("Lünen")["neighbours"] == []


def test_limits_and_distances_are_added_changed_and_taken_out(view, model, bench):
    part = open_part(view, "criteria")
    lists = {entry.table.caption: entry for entry in inside(part, EntryList)}
    limits, distances = lists["Grenzen über alle Tandems"], lists["Abstände im Tandem"]

    def field(entry, name):
        return next(field for field in entry.form.fields if field.name == name)

    limits.add.click()
    assert "Wert" in limits.form.errors["values"]
    enter(limits.form, values=["f"], n="120")
    limits.add.click()
    assert "keine ganze Zahl" in limits.form.errors["n"]
    enter(limits.form, n="50")
    limits.add.click()
    assert limits.form.errors == {}
    assert "gender" in model.settings["questions"]["mentor"]  # what is counted is asked
    told = limits.table.rows[0]["rule"]
    assert told.startswith("Mindestens 50 % aller Tandems mit")
    assert told in view.changes.told.value
    enter(limits.form, field="veteran")
    assert dict(field(limits, "values").pairs).keys() == {"yes", "no"}
    enter(limits.form, values=["no"], bound="most", n="4")
    limits.add.click()
    assert "die zum ersten Mal dabei sind" in limits.table.rows[1]["rule"]
    enter(limits.form, field="topics")
    assert (field(limits, "values").kind, limits.form.values["values"]) == ("tags", [])
    limits.table.act("1", "edit")
    assert limits.form.values["n"] == "4"
    enter(limits.form, n="3")
    limits.add.click()
    limits.table.act("0", "remove")

    distances.add.click()
    assert "mindestens eine" in distances.form.errors["least"]
    enter(distances.form, least="2,5", most="1")
    distances.add.click()
    assert "nicht unter" in distances.form.errors["most"]
    enter(distances.form, most="6")
    distances.add.click()
    assert "mindestens 2,5 und höchstens 6" in distances.table.rows[0]["rule"]
    model.save()
    stored = bench.run().programme.settings
    assert [(limit.field, limit.most) for limit in stored.limits] == [("veteran", 3)]
    assert (stored.distances[0].least, stored.distances[0].most) == (2.5, 6)
    distances.table.act("0", "edit")
    assert distances.form.values["least"] == "2,5"
    assert "pay_grade" in model.settings["questions"]["mentee"]


def test_a_question_that_a_rule_on_tandems_needs_is_missed(view, model):
    limit = {"role": "mentor", "field": "topics", "values": ("x",), "most": 1}
    model.change("limits", ({**limit, "least_percent": None, "most_percent": None},))
    table_in(open_part(view, "questions")).act("topics", "mentor")
    assert "Themen" in model.problems["limits"]
    assert ["criteria", "Kriterien (zu berichtigen)"] in view.tabs.list.tabs


def test_a_renamed_organisation_keeps_its_old_name_as_a_spelling(view, model, bench):
    entry = entries(open_part(view, "organisations"))
    entry.table.act(next(row["id"] for row in entry.table.rows if row["name"] == "Kamen"), "edit")
    enter(entry.form, name=HOSTILE)
    entry.add.click()
    assert "<img" not in view.changes.told.value
    model.save()
    assert HOSTILE in bench.run().organisations
    assert next(o for o in model.organisations if o.name == HOSTILE).aliases == ("Kamen",)


def test_a_question_is_asked_of_one_role_and_no_longer(view, model):
    table = table_in(open_part(view, "questions"))
    table.act("languages", "mentee")
    assert "languages" in model.settings["questions"]["mentee"]
    table.act("languages", "mentee")
    assert not model.changed
    table.act("pay_grade", "mentee")
    assert "Besoldungs-/Entgeltgruppe" in model.problems["rules"]


def test_a_rule_asks_for_what_its_field_needs(view, model):
    entry = entries(open_part(view, "rules"))

    def field(name):
        return next(field for field in entry.form.fields if field.name == name)

    assert field("value").kind == "choice"
    enter(entry.form, role="mentor", field="supervision")
    assert field("value").locked
    enter(entry.form, field="experience_years", value="2,5")
    entry.add.click()
    assert model.settings["rules"][-1]["value"] == 2.5
    assert entry.form.values["value"] == "f"
    enter(entry.form, role="mentor", field="semester")
    assert entry.form.values["value"] == ""
    enter(entry.form, value="2", field="gender")
    assert entry.form.values["value"] == ""
    assert "experience_years" in model.settings["questions"]["mentor"]
    enter(entry.form, field="pay_grade")
    assert (entry.form.values["test"], entry.form.values["scale"]) == ("at_least", "de-2014")
    enter(entry.form, scale="uk-civil-service", limit_CS="SEO", hard="no", sentence_en="SEO must be reached.")
    entry.add.click()
    assert entry.form.errors == {}
    rule = Rule.model_validate(model.settings["rules"][-1])
    assert (rule.limits, rule.hard, rule.sentences) == ({"CS": "SEO"}, False, {"en": "SEO must be reached"})
    enter(entry.form, field="gender", test="is_one_of", values=["f", "d"])
    entry.add.click()
    assert model.settings["rules"][-1]["values"] == ("f", "d")
    assert "weiblich, divers" in entry.table.rows[-1]["rule"]


def test_what_becomes_of_late_applications_and_how_grades_are_read_is_set(view, model):
    form = form_with(open_part(view, "rules"), "late")
    enter(form, late="ineligible", pay_scale="tvoed-2017")
    assert (model.settings["late"], model.settings["pay_scale"]) == ("ineligible", "tvoed-2017")
    assert "Sie werden nicht zugelassen".lower() in view.changes.told.value.lower()


def test_weights_that_do_not_sum_up_are_brought_to_1000_on_demand(view, model):
    part = open_part(view, "criteria")
    (weights,) = inside(part, Weights)
    weights.form.edit("criteria.topics", "700")
    assert "Summe: 1.100 von 1.000; 100 Punkte zu viel." in words(part)
    assert view.changes.save.disabled
    weights.scale.click()
    assert [c["weight"] for c in model.settings["criteria"]] == [700, 300]
    assert weights.form.values["criteria.experience"] == "300"
    assert not view.changes.save.disabled
    weights.form.edit("criteria.used", ["topics", "experience", "wish"])
    weights.form.edit("criteria.topics", "500")
    assert "200 Punkte sind noch zu vergeben" in words(part)
    weights.spread.click()
    assert [c["weight"] for c in model.settings["criteria"]] == [570, 370, 60]
    weights.spread.click()
    assert "schon 1.000" in model.message
    view.changes.discard.click()
    assert weights.form.values["criteria.topics"] == "600"
    assert "criteria.wish" not in weights.form.values


def test_the_options_of_a_criterion_are_set(view, model):
    part = open_part(view, "criteria")
    (weights,) = inside(part, Weights)
    assert weights.form.values["criteria.experience.field"] == "pay_grade"
    weights.form.edit("criteria.experience.tolerance", "null")
    assert "keine Zahl" in weights.form.errors["criteria.experience.tolerance"]
    assert view.changes.save.disabled
    weights.form.edit("criteria.experience.tolerance", "2,5")
    model.save()
    assert model.settings["criteria"][1]["options"] == {"field": "pay_grade", "best": 3, "tolerance": 2.5}


def test_a_number_is_put_into_a_field_as_it_can_be_typed(view, model):
    rule, criterion = dict(model.settings["rules"][0]), dict(model.settings["criteria"][1])
    rule |= {"role": "mentor", "field": "experience_years", "test": "at_least", "value": 1234.5}
    criterion["options"] = {**criterion["options"], "best": 1000}
    model.settings["rules"] = (rule,)
    model.settings["criteria"] = (model.settings["criteria"][0], criterion)
    (weights,) = inside(open_part(view, "criteria"), Weights)
    assert weights.form.values["criteria.experience.best"] == "1000"
    entry = entries(open_part(view, "rules"))
    entry.table.act("0", "edit")
    assert entry.form.values["value"] == "1234,5"
    entry.add.click()
    assert model.settings["rules"][0]["value"] == 1234.5


def test_the_example_follows_the_weights(view, model):
    part = open_part(view, "criteria")
    assert "passt Ada Amsel besser zu Mona Meise" in words(part)
    (weights,) = inside(part, Weights)
    weights.form.edit("criteria.used", ["wish"])
    weights.spread.click()
    assert "passt Ada Amsel besser zu Nils Nachtigall (1.000 Punkte)" in words(part)
    rows = {row["id"]: row for row in table_in(part).rows}
    assert (rows["wish"]["tandem0"]["share"], rows["wish"]["tandem1"]["share"]) == (0, 1)
    assert rows["total"]["tandem1"]["text"] == "1.000"


def test_a_date_that_does_not_exist_is_refused_in_words(view, model, bench):
    entry = entries(open_part(view, "calendar"))
    enter(entry.form, title="Gartenfest", day="31.02.2014")
    entry.add.click()
    assert "„31.02.2014“ ist kein Datum" in entry.form.errors["day"]
    enter(entry.form, day="01.07.2014")
    entry.add.click()
    assert entry.form.values["title"] == ""
    model.save()
    added = next(e for e in bench.run().record.calendar if e.title == "Gartenfest")
    assert added.day == dt.date(2014, 7, 1)
    days = [entry.day for entry in bench.run().record.calendar]
    assert days == sorted(days)


def test_a_date_of_a_known_kind_stands_only_once(view, model):
    entry = entries(open_part(view, "calendar"))
    enter(entry.form, kind="closing", day="01.07.2014")
    entry.add.click()
    assert "nur einmal geben" in entry.form.errors["kind"]
    enter(entry.form, kind="evaluation")
    entry.add.click()
    assert [e.title for e in model.calendar if e.key == "evaluation"] == ["Auswertung"]


def test_a_goal_is_set_measured_and_taken_out(view, model, bench):
    entry = entries(open_part(view, "goals"))
    before = len(entry.table.rows)
    enter(entry.form, title="Mehr Mut", question="Sind Sie mutiger?", answer="yes_no", target="120")
    entry.add.click()
    assert "von 0 bis 100" in entry.form.errors["target"]
    enter(entry.form, target="60", asked_of=[])
    entry.add.click()
    assert "wer gefragt wird" in entry.form.errors["asked_of"]
    enter(entry.form, asked_of=["mentee", "mentor"])
    entry.add.click()
    assert entry.table.rows[-1]["target"] == "mindestens 60 % sagen Ja"
    model.save()
    goal = bench.run().programme.settings.goals[-1]
    assert (goal.key, goal.target, goal.asked_of) == ("goal-1", 60, ("mentee", "mentor"))
    entry.table.act(str(before), "edit")
    enter(entry.form, answer="text")
    entry.add.click()
    assert model.settings["goals"][-1]["target"] is None
    entry.table.act(str(before), "remove")
    assert len(model.settings["goals"]) == before


def test_what_a_person_judges_is_added_renamed_ordered_taken_out_and_undone(bench, model, view):
    section = open_part(view, "criteria").children[-1]
    entry = section.children[-1]
    enter(entry.form, de=" ", en="Fame")
    entry.add.click()
    assert entry.form.errors["de"]
    for name in ("Ruf", "Zeit"):
        enter(entry.form, de=name)
        entry.add.click()
    enter(entry.form, de="RUF")
    entry.add.click()
    assert "zweimal" in entry.form.errors["de"]
    entry.table.act("zeit", "up")
    assert not entry.table.offers("zeit", "up")
    entry.table.act("ruf", "edit")
    enter(entry.form, de="Guter Ruf")
    entry.add.click()
    assert [row["name"] for row in entry.table.rows] == ["Zeit", "Guter Ruf"]
    assert model.preview.differences[0].after == "Zeit; Guter Ruf"
    model.save()
    stored = [(judged.key, judged.labels["de"]) for judged in bench.run().programme.settings.acquisition]
    assert stored == [("zeit", "Zeit"), ("ruf", "Guter Ruf")]
    entry.table.act("zeit", "remove")
    model.save()
    model.undo()
    assert [judged.key for judged in bench.run().programme.settings.acquisition] == ["zeit", "ruf"]


def test_opinions_on_what_is_not_judged_any_more_are_told_and_come_back(bench, model):
    run = bench.run()
    model.change("acquisition", ({"key": "ruf", "labels": {"de": "Ruf"}},))
    model.save()
    hands = bench.store, bench.actor
    one = prospects.add(*hands, run.id, "Ruth Ahl")
    prospects.judge(*hands, one.id, one.version, "ruf", holds=True)
    model.change("acquisition", ())
    assert any("Ruf" in told and "1 Person" in told for told in model.preview.consequences)


def test_an_entry_is_left_as_it_was(view, model):
    entry = entries(open_part(view, "goals"))
    entry.table.act("0", "edit")
    enter(entry.form, title="Anders")
    entry.cancel.click()
    assert not model.changed
    assert entry.form.values["title"] == ""
