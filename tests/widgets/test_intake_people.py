"""The parts of the intake about people: unknown organisations, wishes, prospects, persons put together."""

from __future__ import annotations

import datetime as dt

import pytest
from mentorkit_widgets.base import Model
from mentorkit_widgets.intake.merge import MergeModel, MergePersons
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.parts import MentorsPart
from mentorkit_widgets.intake.prospects import ProspectsModel
from mentorkit_widgets.intake.prospects_view import Prospects
from mentorkit_widgets.intake.rows import ApplicationList
from mentorkit_widgets.intake.unknown import UnknownModel, UnknownOrganisations
from mentorkit_widgets.intake.wishes import Wishes, WishesModel

from mentorkit.intake import prospects, service
from mentorkit.intake.lookalikes import tell_apart
from mentorkit.intake.merge import merge, preview
from mentorkit.language import Voice, set_default_voice
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ConsentEntry, User
from mentorkit.programme.records import Application, EarlierTandem, Grant, Source
from mentorkit.store import Store
from mentorkit.workbench import Workbench

CHAPTERS = "Vorname;Nachname;KV;E-Mail;Geb.-Jahr;Telefon\n"
ROWS = (
    "Anna;Hof;KV Dessau;anna@example.org;1970;\n"
    "Lea;Schmidt;Harz;lea@example.org;1981;\n"
    "Lea;Schmitt;Harz;ls@example.org;1981;030 23125106\n"
)
MENTEES = (
    "Vorname;Nachname;Wunsch 1;Wunsch 2;E-Mail\n"
    "Mia;Meise;Prof. Henni Speer;Prof. Hedy Süßebier;mia@example.org\n"
    "Nora;Nimm;Hennni Speer;Katerina Atzler;nora@example.org\n"
)
MENTORS = (
    "Vorname;Nachname;Berufserfahrung (Jahre);Haupterwerb Kunst;Ehrenamt;E-Mail\n"
    "Henni;Speer;12;ja;ja;henni@example.org\nKatherina;Atzler;12;ja;ja;kathi@example.org\n"
)


def new_run(preset):
    set_default_voice(Voice("en"))
    return Workbench.of(Store.create(), "eva").add(preset)


@pytest.fixture
def chapters():
    run = new_run("party-chapters")
    run.intake([("mentees.csv", (CHAPTERS + ROWS).encode())])
    yield run
    run.bench.close()


@pytest.fixture
def academy():
    run = new_run("arts-academy")
    run.intake([("mentees.csv", MENTEES.encode()), ("mentors.csv", MENTORS.encode())])
    yield run
    run.bench.close()


def together(run, keep, other):
    hands = run.bench.store, run.bench.actor
    merge(*hands, preview(*hands, keep.person_id, other.person_id))


def officer(run):
    grant = Grant(id="G1", user_id="ina", role="organisation", organisation="Harz")
    return Workbench(run.bench.store, Actor("ina", (grant,))).run(run.id)


def visible(widget):
    return widget.layout.display != "none"


def people(run):
    return {a.last_name: a for a in run.application_records}


# -- unknown organisations ----------------------------------------------------------------------------


def test_a_guess_is_taken_by_one_click_and_taken_back_by_another(chapters):
    app, told = Model(), []
    view = UnknownOrganisations(UnknownModel(chapters, app, lambda: told.append(1)))
    assert view.table.rows[0]["actions"][0]["label"] == "Dessau-Roßlau"
    view.table.act("KV Dessau", "0")
    assert people(chapters)["Hof"].organisation == "Dessau-Roßlau"
    assert (view.table.rows, told, "Dessau-Roßlau" in app.message) == ([], [1], True)
    view.answers.act("KV Dessau", "back")
    assert people(chapters)["Hof"].status == "error"
    assert len(view.table.rows) == 1


def test_all_unknown_organisations_can_be_new_at_once(chapters):
    chapters.intake([("a_mentees.csv", (CHAPTERS + "Bo;Ahl;KV Nirgendwo;bo@example.org;;\n").encode())])
    view = UnknownOrganisations(UnknownModel(chapters))
    assert visible(view.add_all)
    view.add_all.click()
    assert {a.organisation for a in chapters.application_records} >= {"KV Dessau", "KV Nirgendwo"}
    assert not any(visible(part) for part in (view.heading, view.lead, view.table, view.add_all))
    view.answers.act("KV Nirgendwo", "back")
    assert (visible(view.heading), visible(view.add_all)) == (True, False)


def test_another_or_a_new_organisation_can_be_said(chapters):
    view = UnknownOrganisations(UnknownModel(chapters))
    view.table.select("KV Dessau")
    assert view.form.values == {"known": "Dessau-Roßlau", "new": "KV Dessau"}
    view.form.edit("new", " ")
    view.add.click()
    assert view.form.errors
    view.form.edit("new", "Dessau Stadt")
    view.add.click()
    assert people(chapters)["Hof"].organisation == "Dessau Stadt"
    assert not visible(view.card)


def test_what_was_read_and_not_taken_in_is_asked_about_and_judged_anew(chapters):
    files = [
        ("mehr_mentees.csv", (CHAPTERS + "Bo;Ahl;Lutherstadt Wittenberg;bo@example.org;1970;\n").encode())
    ]
    held = {"intake": chapters.intake(files, commit=False)}

    def changed():
        context = service.context_of(chapters.bench.store, chapters.bench.actor, chapters.id)
        held["intake"] = held["intake"].with_context(context)

    view = UnknownOrganisations(UnknownModel(chapters, changed=changed, read=lambda: held["intake"]))
    view.table.act("Lutherstadt Wittenberg", "0")
    assert held["intake"].applications[0].organisation == "Wittenberg"
    assert view.table.rows == []


def test_what_somebody_else_answered_meanwhile_is_told_and_stays(chapters):
    app, one = Model(), UnknownModel(chapters)
    view = UnknownOrganisations(UnknownModel(chapters, app))
    one.answer("KV Dessau", "Dessau-Roßlau")
    view.model.answer("KV Dessau", "Harz")
    assert "Dessau-Roßlau" in app.message
    assert (view.table.rows, view.answers.rows) == ([], [])
    one.take_back("KV Dessau")
    one.answer("KV Dessau", "Dessau-Roßlau")
    view.model.reload()
    two = UnknownModel(chapters)
    two.answered["KV Dessau"] = "Dessau-Roßlau"
    two.take_back("KV Dessau")
    view.model.answer("KV Dessau", "Harz")
    one.take_back("KV Dessau")
    assert people(chapters)["Hof"].organisation == "Harz"
    assert one.answered == {}


def test_an_answer_pressed_twice_is_given_once(chapters):
    view = UnknownOrganisations(UnknownModel(chapters))
    view.table.select("KV Dessau")
    view.form.edit("known", "Dessau-Roßlau")
    for press in (view.use, view.use, view.add):
        press.click()
    assert view.model.answered == {"KV Dessau": "Dessau-Roßlau"}


def test_an_officer_is_asked_nothing(chapters):
    view = UnknownOrganisations(UnknownModel(officer(chapters)))
    assert not visible(view)


# -- wishes -------------------------------------------------------------------------------------------


def test_doubtful_wishes_are_confirmed_chosen_and_denied(academy):
    view = Wishes(WishesModel(academy))
    rows = {row["text"]["text"]: row for row in view.table.rows}
    assert set(rows) == {"Hennni Speer", "Katerina Atzler"}
    henni, kathi = (people(academy)[name].id for name in ("Speer", "Atzler"))
    view.table.act(rows["Hennni Speer"]["id"], henni)
    view.table.act(rows["Katerina Atzler"]["id"], "nobody")
    assert view.table.rows == []
    view.choice.value = "all"
    rows = {row["text"]["text"]: row for row in view.table.rows}
    assert rows["Katerina Atzler"]["standing"]["text"] == "to be approached"
    assert rows["Katerina Atzler"]["standing"]["note"] == "decided by eva"
    view.table.act(rows["Katerina Atzler"]["id"], "leave")
    view.table.select(rows["Katerina Atzler"]["id"])
    assert view.form.values["mentor"] == kathi
    assert [name for _, name in view.form.fields[0].pairs] == ["Atzler, Katherina", "Speer, Henni"]
    view.chosen.click()
    meant = {w.text: w.mentor_application_id for w in academy.wishes}
    assert (meant["Katerina Atzler"], meant["Hennni Speer"]) == (kathi, henni)


def test_an_opened_wish_tells_how_it_was_decided_and_is_denied_or_left_to_the_machine(academy):
    view = Wishes(WishesModel(academy))
    view.choice.value = "all"
    view.table.select(next(row["id"] for row in view.table.rows if row["text"]["text"] == "Hennni Speer"))
    assert "Henni Speer, guess" in view.facts.value
    assert (visible(view.nobody), visible(view.back)) == (True, False)
    view.nobody.click()
    assert "to be approached, decided by eva" in view.facts.value
    assert (visible(view.nobody), visible(view.back)) == (False, True)
    view.back.click()
    assert not visible(view.back)


def test_what_was_chosen_for_an_opened_wish_stays_while_something_else_changes(academy):
    part = MentorsPart(IntakeModel(academy))
    view = part.wishes_view
    view.table.select(view.table.rows[0]["id"])
    kathi = people(academy)["Atzler"].id
    view.form.edit("mentor", kathi)
    part.prospects.add("Ruth Ahl")
    assert view.form.values["mentor"] == kathi


def test_wishes_and_prospects_follow_each_other(academy):
    app = IntakeModel(academy)
    part = MentorsPart(app)
    part.wishes.show = "all"
    wish = lambda text: next(r for r in part.wishes_view.table.rows if r["text"]["text"] == text)  # noqa: E731
    hedy = part.prospects.prospects[0].prospect.id
    for name, state in (("asked", "asked"), ("declined", "has declined"), ("back", "asked")):
        part.prospects_view.table.act(hedy, name)
        assert wish("Prof. Hedy Süßebier")["standing"]["text"] == state
    part.wishes_view.table.act(wish("Hennni Speer")["id"], "nobody")
    assert {s.prospect.name for s in part.prospects.prospects} == {"Hennni Speer", "Hedy Süßebier"}
    part.prospects.look(hedy, agreeing=True)
    part.prospects.agree({"first_name": "Hedy", "last_name": "Süßebier"}, incomplete=True)
    assert wish("Prof. Hedy Süßebier")["standing"]["text"] == "has agreed"
    part.prospects_view.table.act(hedy, "back")
    assert wish("Prof. Hedy Süßebier")["standing"]["text"] == "asked"


def test_a_wish_for_a_mentor_who_was_refused_or_withdrew_says_so(academy):
    hands = academy.bench.store, academy.bench.actor
    henni, kathi = (people(academy)[name] for name in ("Speer", "Atzler"))
    service.refuse(*hands, henni.id, "krank", henni.version)
    view = Wishes(WishesModel(academy))
    view.choice.value = "all"
    standing = lambda text: next(r for r in view.table.rows if r["text"]["text"] == text)["standing"]  # noqa: E731
    assert standing("Prof. Henni Speer")["text"] == "mentor refused"
    guessed = next(row for row in view.table.rows if row["text"]["text"] == "Hennni Speer")
    assert guessed["standing"]["text"] == "open: mentor takes no part"
    assert [action["name"] for action in guessed["actions"]] == ["nobody"]  # nobody confirms it by mistake
    view.choice.value = "questions"
    assert guessed["id"] in [row["id"] for row in view.table.rows]
    view.table.select(guessed["id"])
    assert view.form.values["mentor"] == ""
    view.choice.value = "all"
    nora = next(s for s in view.model.all if s.wish.text == "Katerina Atzler")
    view.model.decide(nora.wish.id, kathi.id)
    service.withdraw(*hands, kathi.id, "krank", kathi.version)
    view.model.reload()
    assert standing("Katerina Atzler")["text"] == "mentor has withdrawn"
    assert "Nora Nimm" in view.lead.value
    assert "Mia Meise" not in view.lead.value  # she wishes for somebody to be approached, too


def test_mentors_to_choose_from_stand_in_german_order_and_namesakes_with_their_address(academy):
    for first, last, email in (("Zoe", "Özer", "z@example.org"), ("Bo", "Olm", "b@example.org"),
                               ("Bo", "Olm", "bo@example.org")):  # fmt: skip
        entries = {"first_name": first, "last_name": last, "email": email}
        store, actor = academy.bench.store, academy.bench.actor
        service.enter(store, actor, academy.id, "mentor", entries, source=Source(kind="form"))
    names = list(WishesModel(academy).mentors.values())
    assert names == ["Atzler, Katherina", "Olm, Bo (b@example.org)", "Olm, Bo (bo@example.org)",
                     "Özer, Zoe", "Speer, Henni"]  # fmt: skip


def test_namesakes_stand_beside_a_wish_with_their_address(academy):
    entries = {"first_name": "Henni", "last_name": "Speer", "email": "andere@example.org"}
    store, actor = academy.bench.store, academy.bench.actor
    service.enter(store, actor, academy.id, "mentor", entries, source=Source(kind="form"))
    rows = {row["text"]["text"]: row for row in Wishes(WishesModel(academy)).table.rows}
    labels = [a["label"] for a in rows["Prof. Henni Speer"]["actions"]]
    assert labels[1:] == ["Henni Speer (andere@example.org)", "did not apply"]
    assert labels[0].startswith("Henni Speer (")


def test_who_may_not_look_at_wishes_sees_none(academy):
    assert not visible(Wishes(WishesModel(officer(academy))))


# -- prospects and pool -------------------------------------------------------------------------------


def test_a_prospect_goes_its_way_and_back(academy):
    view = Prospects(ProspectsModel(academy))
    (row,) = view.table.rows
    assert row["wished_by"] == ["Mia Meise, 2nd wish"]
    for name, state in (
        ("asked", "asked"),
        ("declined", "declined"),
        ("back", "asked"),
        ("back", "to be approached"),
    ):
        view.table.act(row["id"], name)
        assert view.table.rows[0]["state"]["text"] == state


def test_what_is_known_and_thought_of_a_prospect_is_noted(academy):
    view = Prospects(ProspectsModel(academy))
    view.table.select(view.table.rows[0]["id"])
    detail = view.detail
    assert visible(detail)
    detail.reach.edit("email", "hedy@example.org")
    detail.opinions.edit("name", "yes")
    detail.reach.edit("email", "hedy@")
    detail._save()
    assert set(detail.reach.errors) == {"email"}
    detail.reach.edit("email", "hedy@example.org")
    detail._save()  # what is typed elsewhere stays
    detail.opinions.edit("name_remark", "spielt in Wien")
    detail._judge()
    assert view.table.rows[0]["name"]["note"] == "hedy@example.org"
    assert (view.table.rows[0]["name"]["text"], view.table.rows[0]["criterion liking"]) == (
        "Hedy Süßebier",
        None,
    )
    (shown,) = view.model.prospects
    assert (shown.opinion("name").by, shown.opinion("name").remark) == ("eva", "spielt in Wien")


def test_who_agrees_becomes_an_application(academy):
    view = Prospects(ProspectsModel(academy))
    detail = view.detail
    view.table.act(view.table.rows[0]["id"], "asked")
    view.table.act(view.table.rows[0]["id"], "agreed")
    assert (visible(detail), visible(detail.agreement), visible(detail.known)) == (True, True, False)
    assert detail.title.text == "Hedy Süßebier agrees: the application"
    assert detail.entries.values["last_name"] == "Süßebier"
    for name, text in (("experience_years", "20"), ("main_income", "ja"), ("voluntary", "ja"),
                       ("email", "hedy@example.org")):  # fmt: skip
        detail.entries.edit(name, text)
    detail._agree()
    assert set(detail.entries.errors) == {"consent"}  # asked as of all who apply
    detail.entries.edit("consent", True)
    detail._agree()
    assert people(academy)["Süßebier"].status == "ok"
    her_id = people(academy)["Süßebier"].person_id
    with academy.bench.store.read() as reader:
        (word,) = reader.all(ConsentEntry, person_id=her_id)
    assert (word.purpose, word.channel) == ("application", "talk")
    assert view.table.rows[0]["state"]["text"] == "agreed"
    assert (visible(detail), view.table.selected) == (False, "")
    assert "among the applications" in view.model.message


def test_somebody_is_noted_as_declining_where_she_is_looked_at(academy):
    view = Prospects(ProspectsModel(academy))
    view.table.select(view.table.rows[0]["id"])
    view.detail.no.click()
    assert view.detail.title.text == "Hedy Süßebier: declined"
    assert not visible(view.detail.no)


def test_what_was_answered_for_an_earlier_run_stands_in_the_fields_of_who_agrees(academy):
    later = academy.bench.add("arts-academy", run="2016")
    henni = people(academy)["Speer"]
    hands = academy.bench.store, academy.bench.actor
    service.mend(*hands, henni.id, {"main_income": "J"}, henni.version)
    model = ProspectsModel(later)
    model.add_member(next(m for m in model.pool if m.name == "Henni Speer"))
    view = Prospects(model)
    model.look(model.prospects[0].prospect.id, agreeing=True)
    assert view.detail.entries.values["main_income"] == "ja"


def test_who_agrees_with_gaps_is_said_to_be_opened_next_and_a_no_leads_back(academy):
    app = IntakeModel(academy)
    view = Prospects(ProspectsModel(academy, app, app.reload))
    view.table.select(view.table.rows[0]["id"])
    view.detail.yes.click()
    assert visible(view.detail.agreement)
    view.detail._close()
    assert not visible(view.detail)
    view.table.select(view.table.rows[0]["id"])
    assert not visible(view.detail.agreement)
    view.detail.asking.edit("day", f"{view.model.today + dt.timedelta(1):%d.%m.%Y}")
    view.detail._ask()
    assert view.detail.asking.errors
    view.detail.yes.click()
    assert not visible(view.detail.anyway)
    view.detail.entries.edit("email", "hanne@@x")
    view.detail._agree()
    assert (app.refused, visible(view.detail)) == (True, True)
    assert {"email", "main_income", "experience_years"} <= set(view.detail.entries.errors)
    assert people(academy).keys().isdisjoint({"Süßebier"})
    view.detail.anyway.click()
    assert "open the application next" in app.message
    view.table.act(view.table.rows[0]["id"], "application")
    assert (app.part, app.application.name) == ("applications", "Hedy Süßebier")


def test_a_mentor_of_history_sheets_pauses_and_is_approached_like_the_others(academy):
    with academy.bench.store.write("eva", "test") as writer:
        writer.save(EarlierTandem(id=writer.new_id(EarlierTandem), programme_id="arts-academy", year="2012",
                                  mentee="Mo Tal", mentor="Ruth Ahl"))  # fmt: skip
    view = Prospects(ProspectsModel(academy))
    ruth = lambda: next(row for row in view.pool.table.rows if row["name"]["text"] == "Ruth Ahl")  # noqa: E731
    view.pool.table.act(ruth()["id"], "pause")
    view.pool.form.edit("until", "1.1.2001")
    view.pool._pause()
    assert view.pool.form.errors
    view.pool.form.edit("until", f"{view.model.today:%d.%m.%Y}")
    view.pool._pause()
    assert (ruth()["pauses"] is not None, visible(view.pool.card)) == (True, False)
    assert not view.pool.table.offers(ruth()["id"], "ask")
    view.pool.table.act(ruth()["id"], "pause")
    view.pool.form.edit("until", "")
    view.pool._pause()
    view.pool.table.act(ruth()["id"], "ask")
    assert [row["name"]["text"] for row in view.table.rows] == ["Ruth Ahl", "Hedy Süßebier"]
    assert ruth()["mentored"] == ["2012"]


def test_somebody_of_the_pool_pauses_and_is_approached_for_the_next_run(academy):
    later = academy.bench.add("arts-academy", run="2016")
    view = Prospects(ProspectsModel(later))
    place = next(row["id"] for row in view.pool.table.rows if row["name"]["text"] == "Henni Speer")
    view.pool.table.act(place, "pause")
    view.pool.form.edit("until", "31.2.2030")
    view.pool._pause()
    assert view.pool.form.errors
    view.pool.form.edit("until", f"{view.model.today + dt.timedelta(9):%d.%m.%Y}")
    view.pool._pause()
    assert not view.pool.table.offers(place, "ask")
    view.pool.table.act(place, "pause")
    view.pool.form.edit("until", "")
    view.pool._pause()
    view.pool.table.act(place, "ask")
    assert [row["name"]["text"] for row in view.table.rows] == ["Henni Speer"]
    assert not view.pool.table.offers(place, "ask")


def test_who_is_put_together_while_her_pause_is_looked_at_is_looked_at_no_longer(academy):
    view = Prospects(ProspectsModel(academy))
    henni, kathi = people(academy)["Speer"], people(academy)["Atzler"]
    view.pool.table.act(henni.person_id, "pause")
    together(academy, kathi, henni)
    view.model.reload()
    assert (view.pool.pausing, view.pool.title.text, visible(view.pool.card)) == ("", "", False)
    view.pool._pause()
    assert not view.model.refused


@pytest.fixture
def removed(academy):
    """Return a view on a prospect that somebody else has removed since."""
    view = Prospects(ProspectsModel(academy))
    view.model.add("Ruth Ahl")
    one = next(s.prospect for s in view.model.prospects if s.prospect.name == "Ruth Ahl")
    view.table.select(one.id)
    prospects.remove(academy.bench.store, academy.bench.actor, one.id, one.version)
    return view


def test_opinions_on_a_prospect_whom_somebody_else_removed_are_refused_once(removed):
    told = []
    removed.model.observe(lambda _: told.append(removed.model.refused), "told")
    for criterion in ("name", "liking"):
        removed.detail.opinions.edit(criterion, "yes")
    removed.detail._judge()
    removed.detail._judge()  # pressed twice
    assert (told, removed.model.selected, visible(removed.detail)) == ([True], "", False)


def test_the_agreement_of_a_prospect_whom_somebody_else_removed_is_refused(removed):
    removed.detail.yes.click()
    assert removed.model.refused
    for name, text in (("first_name", "Ruth"), ("last_name", "Ahl")):
        removed.detail.entries.edit(name, text)
    removed.detail._agree(incomplete=True)
    removed.detail._agree(incomplete=True)  # pressed twice
    assert (removed.model.refused, removed.model.selected) == (True, "")


def test_names_are_shown_as_people_see_them_and_not_as_they_log_in(academy):
    with academy.bench.store.write("eva", "test") as writer:
        writer.save(User(id="eva", display_name="Eva Ernst"))
        writer.save(Grant(id="G-eva", user_id="eva", role="lead"))
    view = Prospects(ProspectsModel(academy))
    view.model.look(view.table.rows[0]["id"])
    view.model.judge("name", holds=True)
    assert view.table.rows[0]["criterion name"]["note"].startswith("Eva Ernst, ")
    one, two = (people(academy)[name] for name in ("Speer", "Atzler"))
    tell_apart(academy.bench.store, academy.bench.actor, one.person_id, two.person_id)
    assert MergePersons(MergeModel(academy)).apart.rows[0]["by"] == "Eva Ernst"
    wishes = Wishes(WishesModel(academy))
    wish = wishes.table.rows[0]["id"]
    wishes.model.decide(wish, two.id)
    wishes.model.show = "all"
    assert "Eva Ernst" in next(row for row in wishes.table.rows if row["id"] == wish)["standing"]["note"]


def test_prospects_are_shown_where_a_programme_wins_mentors_only(chapters, academy):
    assert not visible(Prospects(ProspectsModel(chapters)))
    assert not visible(Prospects(ProspectsModel(officer(academy))))
    assert visible(Prospects(ProspectsModel(academy)))


# -- persons ------------------------------------------------------------------------------------------


def test_two_persons_are_put_together_and_taken_apart(chapters):
    view = MergePersons(MergeModel(chapters))
    (row,) = view.table.rows
    view.table.act(row["id"], "look")
    assert visible(view.card)
    assert "030 23125106" in view.form.fields[0].pairs[-1][1]
    assert "phone" in view.form.values["take"]
    for known in ("lea@example.org", "ls@example.org", "1981", "030 23125106", "to be looked at"):
        assert known in view.facts.value
    view.yes.click()
    assert people(chapters)["Schmidt"].entries["phone"] == "030 23125106"
    assert people(chapters)["Schmitt"].withdrawn
    assert (view.table.rows, len(view.done.rows), visible(view.card)) == ([], 1, False)
    assert not visible(view.lead)  # nobody else may be one
    view.done.act(view.done.rows[0]["id"], "back")
    assert people(chapters)["Schmitt"].withdrawn is None
    assert len(view.table.rows) == 1


def test_a_second_application_of_one_person_is_compared_from_its_panel_and_one_stays(chapters):
    row = "Annerose;Hof;Harz;anne@example.org;;\n"
    chapters.intake([("a.csv", ("Mentees\n" + CHAPTERS + row.replace("Hof", "Höf")).encode())])
    chapters.intake([("b.csv", ("Mentees\n" + CHAPTERS + row.replace("Hof", "Hoef")).encode())])
    model = IntakeModel(chapters)
    listed = ApplicationList(model, "stored")
    one, two = (a for a in model.stored if a.first_name == "Annerose")
    model.selected = two.id
    assert one.person_id == two.person_id
    assert model.past_of(two) == []  # it is this very run
    panel, merging = listed.detail.merge_with, listed.merging
    panel.compare.click()
    view = MergePersons(merging.merge)
    assert merging.more.opened
    assert not visible(merging.nobody)
    assert view.title.text == "Two applications of Annerose Höf (anne@example.org)"
    assert "a.csv, row 3" in view.facts.value
    assert f"<td>mentee {chapters.record.name}: " in view.facts.value
    assert "b.csv, row 3" in view.facts.value
    assert not visible(view.two)
    view.swap.click()
    assert view.facts.value.index("b.csv") < view.facts.value.index("a.csv")
    view.yes.click()
    assert [bool(a.withdrawn) for a in model.stored if a.first_name == "Annerose"] == [True, False]
    assert not visible(panel.compare)
    view.done.act(view.done.rows[0]["id"], "back")
    assert [a.status for a in model.stored if a.first_name == "Annerose"] == ["ok", "review"]
    assert "Both applications of Annerose Höf count again." in model.message


def test_the_other_person_is_found_by_the_name_alone_where_one_has_it(chapters):
    model = IntakeModel(chapters)
    listed = ApplicationList(model, "stored")
    model.selected = people(chapters)["Hof"].id
    panel = listed.detail.merge_with
    for typed in ("lea schmidt", "Schmidt, Lea", "LEA@example.org"):
        listed.merging.merge.close()
        panel.form.edit("other", typed)
        panel._look()
        assert listed.merging.merge.preview.other.last_name == "Schmidt"
    extra = "Lea;Schmidt;Börde;l.schmidt@example.org;1950;\n"
    chapters.intake([("mehr_mentees.csv", (CHAPTERS + extra).encode())])
    model.reload()
    panel.form.edit("other", "Lea Schmidt")
    panel._look()
    refusal = panel.form.errors["other"]
    assert "lea@example.org" in refusal
    assert "l.schmidt@example.org" in refusal


def test_an_application_without_an_address_is_named_without_one(chapters):
    for _ in range(2):
        entries = {"first_name": "Daria", "last_name": "Hesse", "organisation": "Harz", "birth_year": "1970"}
        store, actor = chapters.bench.store, chapters.bench.actor
        service.enter(store, actor, chapters.id, "mentee", entries, source=Source(kind="form"))
    view = MergePersons(MergeModel(chapters))
    view.table.act(next(r["id"] for r in view.table.rows if r["name"]["text"] == "Daria Hesse"), "look")
    assert "the application from Daria Hesse is withdrawn" in view.facts.value


def test_two_whom_somebody_else_changed_are_looked_at_again_first(chapters):
    app = Model()
    view = MergePersons(MergeModel(chapters, app))
    view.table.act(view.table.rows[0]["id"], "look")
    lea = people(chapters)["Schmitt"]
    store, actor = chapters.bench.store, chapters.bench.actor
    service.mend(store, actor, lea.id, {"phone": "030 23125107"}, lea.version)
    view.yes.click()
    assert "meantime" in app.message
    assert people(chapters)["Schmitt"].withdrawn is None
    assert visible(view.card)
    assert "030 23125107" in view.form.fields[0].pairs[-1][1]
    view.yes.click()
    assert people(chapters)["Schmidt"].entries["phone"] == "030 23125107"


def test_two_told_apart_are_not_asked_about_until_that_is_taken_back(chapters):
    view = MergePersons(MergeModel(chapters))
    view.table.act(view.table.rows[0]["id"], "look")
    view.two.click()
    assert (view.table.rows, visible(view.card), visible(view.apart)) == ([], False, True)
    assert "Admitted, as nothing else was in doubt: Lea Schmitt." in view.model.message
    assert people(chapters)["Schmitt"].result == "ok"
    again = MergePersons(MergeModel(chapters))
    (row,) = again.apart.rows
    assert (row["name"]["text"], row["other"]["text"], row["by"]) == ("Lea Schmidt", "Lea Schmitt", "eva")
    again.apart.act(row["id"], "back")
    assert len(again.table.rows) == 1
    again.table.act(again.table.rows[0]["id"], "apart")
    assert again.table.rows == []


def test_an_emptied_table_stays_where_the_focus_is(chapters):
    view = MergePersons(MergeModel(chapters))
    assert [visible(table) for table in (view.table, view.done, view.apart)] == [True, False, False]
    view.table.act(view.table.rows[0]["id"], "apart")
    assert (view.table.rows, visible(view.table)) == ([], True)
    view.apart.act(view.apart.rows[0]["id"], "back")
    assert (view.apart.rows, visible(view.apart), visible(view)) == ([], True, True)


def test_the_other_one_can_stay(chapters):
    view = MergePersons(MergeModel(chapters))
    view.table.act(view.table.rows[0]["id"], "look")
    before = view.model.preview
    view.swap.click()
    assert (view.model.preview.keep, view.model.preview.other) == (before.other, before.keep)


def test_an_officer_puts_nobody_together(chapters):
    assert not visible(MergePersons(MergeModel(officer(chapters))))


def test_hostile_names_stay_text(chapters):
    hostile = '<img src=x onerror="alert(1)">'
    for email in ("a@example.org", "b@example.org"):
        entries = {"first_name": hostile, "last_name": "Hof", "organisation": "Harz", "email": email}
        store, actor = chapters.bench.store, chapters.bench.actor
        made = service.enter(store, actor, chapters.id, "mentor", entries, source=Source(kind="form"))
        assert isinstance(made, Application)
    view = MergePersons(MergeModel(chapters))
    for row in view.table.rows:
        view.table.act(row["id"], "look")
        assert "<img" not in view.facts.value
