"""Files of the same people read the same, whatever their headings, order, dialect and wrapping."""

import random

import pytest
from making import as_csv, as_ods, as_xlsx, cells, context_of, people, table

from mentorkit.intake.reading import read
from mentorkit.programme.settings import PRESETS, load_preset

PLAIN = {"first_name": "Vorname", "last_name": "Nachname"}


def summary(intake):
    """What was understood of each person, but for the place in the file."""
    return sorted(
        (
            a.role, a.first_name, a.last_name, a.organisation, a.status,
            sorted(finding.code for finding in a.findings),
            sorted((name, str(value)) for name, value in a.answers.items()),
        )
        for a in intake.applications
    )  # fmt: skip


def plain_file(settings, role, everybody):
    from mentorkit.intake.vocabulary import VOCABULARY

    fields = list(everybody[0])
    heads = [PLAIN.get(name) or VOCABULARY[name][0] for name in fields]
    return (
        f"{role}s.xlsx",
        as_xlsx([(f"{role}s", [heads, *([p[name] for name in fields] for p in everybody)])]),
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("preset", PRESETS)
def test_varied_files_of_the_same_people_read_the_same(preset, seed):
    rng = random.Random(f"{preset}{seed}")
    settings = load_preset(preset)
    context = context_of(settings)
    crowd = {role: people(rng, settings, role, 12) for role in ("mentee", "mentor")}
    wanted = summary(read([plain_file(settings, role, crowd[role]) for role in crowd], context))
    assert len(wanted) == 24
    made = {role: cells(rng, table(rng, settings, role, crowd[role])) for role in crowd}
    sheets = [("Mentees", made["mentee"]), ("Mentor_innen", made["mentor"]), ("Listen", [["ja"], ["nein"]])]
    varied = {
        "csv": [(f"anmeldungen_{role}s.csv", as_csv(rng, rows)) for role, rows in made.items()],
        "xlsx": [("durchgang.xlsx", as_xlsx(rng.sample(sheets, 3)))],
        "ods": [("durchgang.ods", as_ods(sheets[::-1]))],
    }
    for kind, files in varied.items():
        intake = read(files, context)
        assert [file.status for file in intake.files] == ["read"] * len(files), kind
        assert summary(intake) == wanted, kind
