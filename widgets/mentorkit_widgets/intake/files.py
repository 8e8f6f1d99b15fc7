"""What was understood of files: what each holds, what is said of it, and what taking it in changes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from mentorkit.intake.context import Row, SheetReport
from mentorkit.intake.intake import Intake
from mentorkit.intake.questions import Question, left_alone
from mentorkit.intake.reading import NAMED
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, written
from mentorkit_widgets.base import chip, markup, paragraph
from mentorkit_widgets.intake.facts import table_of

#: By this the mapping of the files is reached by a link, and so many columns are named beside it.
MAPPING, _COLUMNS = "mk-mapping", 5


def files(intake: Intake, asked: Sequence[Question] = ()) -> Markup:
    """Return what was understood of each file, and how many earlier tandems they tell.

    ``asked`` is what is asked about the files.
    """
    told = Markup().join(
        _file(intake, place, [question for question in asked if file.file in question.files])
        for place, file in enumerate(intake.files)
    )
    if not intake.history:
        return told
    history = say_n(
        "{n} tandem of an earlier run was read.", "{n} tandems of earlier runs were read.", intake.history
    )
    if intake.context.own is not None:
        history += " " + say("They are taken in by somebody who answers for all organisations.")
    return told + paragraph(history)


def changed_rows(intake: Intake) -> list[Row]:
    """Return the rows that change what is stored."""
    return [row for row in intake.rows if row.change == "changed" and row.differences]


def changes(rows: list[Row]) -> Markup:
    """Return a table of what taking rows in changes, field by field."""
    body = Markup().join(
        markup(
            '<tr><th scope="row">{name}</th><td>{label}</td><td>{before}</td><td>{after}</td></tr>',
            name=row.application.name,
            label=difference.label,
            before=written(difference.before or "–"),
            after=written(difference.after or "–"),
        )
        for row in rows
        for difference in row.differences
    )
    heads = (say("Name"), say("Field"), say("Stored now"), say("In the file"))
    return table_of(say("What these files change"), heads, body)


def _file(intake: Intake, place: int, asked: Sequence[Question]) -> Markup:
    """Return a file in a line, with its name, what it holds, and what is said of it."""
    file = intake.files[place]
    refused = file.status == "refused"
    sheets = [sheet for sheet in file.sheets if sheet.heading_row is not None]
    if refused and asked:
        state, told = (
            chip("review", say("to be answered")),
            [say("The file is read once the questions about it are answered.")],
        )
    else:
        state = chip("error", say("not readable")) if refused else chip("ok", say("read"))
        told = intake.sentences(place, {question.kind for question in asked})
    line = markup(
        "<p>{chip} <strong>{name}</strong> {holds}</p>",
        name=file.file,
        chip=state,
        holds=listing(_holds(sheet) for sheet in sheets) if not refused else "",
    )
    alone = [name for name in left_alone(file) if name not in {question.heading for question in asked}]
    return markup(
        '<div class="mk-file">{line}{told}{alone}</div>',
        line=line,
        told=_listed(told),
        alone=_left_alone(alone) if alone and not refused else "",
    )


def _listed(told: Sequence[str]) -> Markup:
    """Return what is said of a file: one thing as a paragraph, several as a list."""
    if len(told) > 1:
        items = Markup().join(markup("<li>{text}</li>", text=text) for text in told)
        return markup("<ul>{items}</ul>", items=items)
    return Markup().join(map(paragraph, told))


def _left_alone(columns: Sequence[str]) -> Markup:
    """Say which columns stand for nothing that the programme asks, and lead to where that is changed."""
    names = [say("“{heading}”", heading=name) for name in columns[:_COLUMNS]]
    if more := len(columns) - len(names):
        names.append(say_n("{n} more", "{n} more", more))
    told = say_n(
        "{n} column was left alone and is kept as a remark: {names}.",
        "{n} columns were left alone and are kept as remarks: {names}.",
        len(columns),
        names=listing(names),
    )
    way = markup('<a href="#{id}">{word}</a>', id=MAPPING, word=say("To the columns"))
    return markup('<p class="mk-muted">{told} {way}</p>', told=told, way=way)


def remarks(intake: Intake) -> tuple[int, Markup]:
    """Return how many rows were taken for no people, and which, where the message does not tell."""
    n, told = 0, Markup()
    for file in intake.files:
        found = [each for sheet in file.sheets if sheet.heading_row is not None for each in sheet.remarks]
        if len(found) <= NAMED:
            continue
        n += len(found)
        items = Markup().join(
            markup("<li>{text}</li>", text=say("Row {row}: {text}", row=row, text=text))
            for row, text in found
        )
        told += markup("<p>{file}</p><ul>{items}</ul>", file=file.file, items=items)
    return n, told


def _holds(sheet: SheetReport) -> str:
    kinds = {
        "mentee": say_n("{n} {mentee:sg.nom}", "{n} {mentee:pl.nom}", sheet.rows),
        "mentor": say_n("{n} {mentor:sg.nom}", "{n} {mentor:pl.nom}", sheet.rows),
        "both": say_n("{n} application", "{n} applications", sheet.rows),
        "history": say_n("{n} tandem of an earlier run", "{n} tandems of earlier runs", sheet.rows),
        "nothing": say_n(
            "a table of {n} row, which is left alone", "a table of {n} rows, which is left alone", sheet.rows
        ),
    }
    return kinds.get(sheet.meaning or "", "") or say("role not recognised")
