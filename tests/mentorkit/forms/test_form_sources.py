"""What came by a form has no row, and no sentence speaks of one."""

from __future__ import annotations

import pytest
from form_samples import EVA

from mentorkit.intake import findings, service
from mentorkit.programme.records import Source
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.mark.parametrize(
    ("kind", "words"), [("form", "In der Anwendung ein"), ("link", "Über einen persönlichen Link")]
)
def test_no_sentence_names_a_row_of_a_form(kind, words):
    bench = Workbench.of(Store.create(":memory:"), "anna")
    bench.add("cross-administration")
    for _ in range(2):
        found = service.enter(
            bench.store, bench.actor, "cross-administration/2014", "mentee", EVA, source=Source(kind=kind)
        )
    (duplicate,) = found.findings
    assert f"({words[0].lower()}{words[1:]}" in findings.message(duplicate)
    assert findings.where(found.source).startswith(words)
    bench.close()
