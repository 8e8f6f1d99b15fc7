"""Compare taking a file in with bare pandas reading it: ``python benchmarks/bench_intake.py``.

A file of 10,000 applications with 20 columns is read, judged and stored, and beside it read by
``pandas.read_excel`` (openpyxl), in turn, each in a process of its own that has read a small file before.
Seconds are of processor time, child processes included; memory is the peak of the process. pandas knows
cells only: it understands no answer, judges nobody and keeps nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

HEADINGS = [
    "Nr.", "Vorname", "Nachname", "Geburtsjahr", "KV", "Telefon", "E-Mail", "Themen", "Erwartungen",
    "Anruf außerhalb der Treffen ok?", "Weitergabe der Kontaktdaten", "Eingang", "Geschlecht", "Alter",
    "Beruf", "Abteilung", "Sprachen", "Stunden/Monat", "Ort", "Bemerkung",
]  # fmt: skip
FIRST = ["Anna", "Berta", "Cora", "Dora", "Emma", "Fritz", "Gerd", "Hanna", "Ida", "Jan", "Kai", "Lea", "Max"]
CHAPTERS = ["KV Harz", "Börde", "Halle (Saale)", "Stendal"]


def write(path: Path, rows: int) -> None:
    rng = random.Random(1)
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("Mentees"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        for i in range(1, rows + 1):
            name = "".join(rng.choice("bdfghklmnprst") + rng.choice("aeiou") for _ in range(4)).capitalize()
            who = [i, rng.choice(FIRST), name, rng.randrange(1950, 2000), rng.choice(CHAPTERS)]
            sheet.write_row(i, 0, [*who, f"030 23{i:06}", f"{name.lower()}{i}@example.org"])
            sheet.write_row(i, 7, ["Recht, Haushalt, Soziales", "Kontakte knüpfen", "ja", "nein"])
            sheet.write_datetime(i, 11, dt.date(2008, 6, 1 + i % 30), day)
            sheet.write_row(i, 12, ["w", 30, "Lehrerin", "Amt 5", "de, en", "2-3", "Halle", f"ohne {i}"])


def by_pandas(path: Path, _: Path) -> int:
    import pandas as pd

    return len(pd.read_excel(path, engine="openpyxl"))


def by_mentorkit(path: Path, folder: Path) -> int:
    from mentorkit.privacy.permissions import sole_actor
    from mentorkit.store import Store
    from mentorkit.workbench import Workbench

    bench = Workbench(Store.create(folder / f"{path.stem}.mentorkit"), sole_actor("bench"))
    return len(bench.add("party-chapters").intake([path]).rows)


READERS = {"pandas": by_pandas, "mentorkit": by_mentorkit}


def seconds() -> float:
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def measure(reader: str, folder: Path) -> dict[str, float]:
    READERS[reader](folder / "small.xlsx", folder)
    start = seconds()
    rows = READERS[reader](folder / "large.xlsx", folder)
    return {
        "rows": rows,
        "seconds": seconds() - start,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_its_own_process(reader: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--reader", reader, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--reader", choices=READERS)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    if given.reader:
        with tempfile.TemporaryDirectory(dir=given.folder) as own:
            for name in ("small.xlsx", "large.xlsx"):
                (Path(own) / name).symlink_to(given.folder / name)
            print(json.dumps(measure(given.reader, Path(own))))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(folder / "small.xlsx", 20)
        write(folder / "large.xlsx", given.rows)
        found: dict[str, list[dict[str, float]]] = {reader: [] for reader in READERS}
        for _ in range(given.rounds):
            for reader, measured in found.items():
                measured.append(in_its_own_process(reader, folder))
    middle = {r: statistics.median(m["seconds"] for m in measured) for r, measured in found.items()}
    for reader, measured in found.items():
        times = ", ".join(f"{m['seconds']:.2f}" for m in measured)
        most = max(m["megabytes"] for m in measured)
        print(f"{reader:10} {middle[reader]:6.2f} s   {most:5.0f} MB   ({times})")
    both = zip(found["mentorkit"], found["pandas"], strict=True)
    ratios = sorted(ours["seconds"] / theirs["seconds"] for ours, theirs in both)
    ratio = middle["mentorkit"] / middle["pandas"]
    print(f"ratio      {ratio:6.2f}     by round: {ratios[0]:.2f} to {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
