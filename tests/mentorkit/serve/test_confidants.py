"""The page behind a link to a confidential sheet: it says who reads, shows nothing, and leaves no trace."""

from __future__ import annotations

import html
import re

import pytest
import requests

from mentorkit.forms import confidential_links as links
from mentorkit.privacy import confidence, keys
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Application, Person
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PROGRAMME, RUN = "cross-administration", "cross-administration/2014"
PASSPHRASE = "zwölf Enten am Kanal"
CANARY = "Kanarienvogel-4711"
DIARY = {"occasion": "2. März", "experienced": CANARY, "language": "de"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("confided")


@pytest.fixture(scope="module")
def bench(folder):
    bench = Workbench(Store.create(folder / "b.mentorkit"), sole_actor("root"))
    bench.add("cross-administration")
    for name, role in (("anna", "lead"), ("eva", "evaluator")):
        bench.accounts.add(bench.actor, name, f"{name.title()} Beispiel")
        bench.accounts.grant(bench.actor, name, role, PROGRAMME)
    eva = bench.accounts.actor_of("eva")
    keys.set_up(bench.store, eva, PROGRAMME)
    keys.make_key(bench.store, eva, PASSPHRASE)
    with bench.store.write("root", "apply") as writer:
        person = writer.save(Person(id=writer.new_id(Person), programme_id=PROGRAMME, first_name="Mia",
                                    last_name="Muster", email="mia@example.org"))  # fmt: skip
        writer.save(Application(id=writer.new_id(Application), run_id=RUN, person_id=person.id, role="mentee",
                                first_name="Mia", last_name="Muster"))  # fmt: skip
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def address(serve_workbench, bench, folder):
    return serve_workbench(str(folder / "b.mentorkit"), pages=False).address


@pytest.fixture
def give(bench):
    def make(kind="diary"):
        return links.give(bench.store, bench.accounts.actor_of("anna"), RUN, "P1", kind)

    return make


def texts(bench):
    return confidence.texts(bench.store, bench.accounts.actor_of("eva"), RUN)


def send(address, token, **fields):
    return requests.post(f"{address}/apply/{token}", data=fields, allow_redirects=False, timeout=60)


def test_the_page_says_who_reads_and_shows_nothing_that_is_known(address, give):
    answer = requests.get(f"{address}/apply/{give()}", timeout=60)
    page = html.unescape(answer.text)
    assert answer.status_code == 200
    assert "Nur die Evaluation des Programms liest" in page
    assert "weder Koordination und Programmleitung noch Ihr Arbeitgeber" in page
    assert "Für weitere Einträge bitten Sie um weitere Links" in page
    assert not re.search(r"Mia|Muster|mia@|\bAnna\b|\bEva\b", page)
    assert "<script" not in page
    assert 'autocomplete="off"' in page
    assert "Einwilligung" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_is_sent_is_sealed_and_the_link_used_up(address, bench, give):
    token, before = give(), len(texts(bench))
    answer = send(address, token, **DIARY)
    assert answer.status_code == 303
    thanks = requests.get(f"{address}/apply/{token}{answer.headers['Location']}", timeout=60).text
    assert "angekommen und versiegelt" in thanks
    assert CANARY not in thanks
    for again in (send(address, token, **DIARY), requests.get(f"{address}/apply/{token}", timeout=60)):
        assert again.status_code == 410
        assert "bitten Sie um einen weiteren Link" in again.text
    assert len(texts(bench)) == before + 1
    eva = bench.accounts.actor_of("eva")
    with keys.open_key(bench.store, eva, PASSPHRASE) as key:
        text = confidence.read(bench.store, eva, key, texts(bench)[0].id)
    assert text == {"occasion": "2. März", "experienced": CANARY}


def test_what_is_wrong_is_told_and_what_was_typed_stays(address, bench, give):
    token, before = give("concern"), len(texts(bench))
    answer = send(address, token, difficult=CANARY, language="de")
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(f-[\w-]+)">', answer.text) == ["f-may_talk-0"]
    assert CANARY in answer.text
    long = send(address, token, difficult="ä" * 5000, may_talk="no", language="de")
    assert long.status_code == 422
    assert "höchstens 4000 Zeichen" in long.text.replace(".", "")
    assert "ä" * 5000 in long.text
    english = send(address, token, difficult=CANARY, lang="en")
    assert "Only the evaluation of the programme reads" in english.text
    assert CANARY in english.text
    assert len(texts(bench)) == before


def test_what_is_much_too_large_is_refused_with_a_sentence(address, give):
    answer = send(address, give(), experienced="x" * 600_000)
    assert answer.status_code == 413
    assert "Das ist zu lang" in answer.text


def test_another_site_cannot_send_the_sheet(address, bench, give):
    before = len(texts(bench))
    answer = requests.post(f"{address}/apply/{give()}", data=DIARY, headers={"Sec-Fetch-Site": "cross-site"},
                           timeout=60)  # fmt: skip
    assert answer.status_code == 403
    assert len(texts(bench)) == before


def test_where_it_cannot_be_sealed_nothing_typed_is_lost_or_logged(serve_workbench, tmp_path, capfd):
    store = Store.create(tmp_path / "c.mentorkit")
    bench = Workbench(store, sole_actor("root"))
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "ole", "Ole")  # the first one operates
    bench.accounts.add(bench.actor, "eva", "Eva")
    bench.accounts.grant(bench.actor, "eva", "evaluator", PROGRAMME)
    eva = bench.accounts.actor_of("eva")
    keys.set_up(store, eva, PROGRAMME)
    keys.make_key(store, eva, PASSPHRASE)
    with store.write("root", "apply") as writer:
        writer.save(Person(id="P1", programme_id=PROGRAMME, first_name="Mia", last_name="Muster"))
        writer.save(Application(id="A1", run_id=RUN, person_id="P1", role="mentee", first_name="Mia",
                                last_name="Muster"))  # fmt: skip
    token = links.give(store, eva, RUN, "P1", "diary")
    keyring = tmp_path / "c.mentorkit.keyring"
    kept = keyring.read_bytes()
    served = serve_workbench(str(tmp_path / "c.mentorkit"), pages=False)
    keyring.write_bytes(b"no keyring " * 99)
    answer = send(served.address, token, **DIARY)
    assert answer.status_code == 503
    assert "Ihr Text steht noch hier" in answer.text
    assert CANARY in answer.text
    keyring.write_bytes(kept)
    assert send(served.address, token, **DIARY).status_code == 303
    logged = capfd.readouterr().err
    assert "could not be taken in" in logged  # the control: what is logged is seen here
    assert CANARY not in logged
    assert token not in logged
    bench.close()
