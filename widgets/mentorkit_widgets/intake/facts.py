"""One application told: where it stands, what was found and where, what it said and how that was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from mentorkit.intake import findings
from mentorkit.intake.changes import state_word
from mentorkit.intake.deciding import decisions
from mentorkit.intake.told import in_words
from mentorkit.language import say
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.records import Application, Finding
from mentorkit_widgets.base import chip, markup, paragraph
from mentorkit_widgets.intake.applications import Difference, look, origin, role_word


def facts(  # noqa: PLR0913 - the last is named
    application: Application,
    found: Iterable[Finding],
    wishes: Iterable[str],
    past: Iterable[str],
    names: Mapping[str, str],
    *,
    place: str = "",
    agreed: str = "",
    audience: findings.Audience = findings.ANYBODY,
) -> Markup:
    """Return status, role, origin, findings without a field, wishes, earlier runs, and what was decided.

    ``names`` tells users' names as people see them, by the names they log in with; ``place`` is the one in
    a fixed selection, in words; ``agreed`` that the person agreed to taking part; ``audience``
    is who reads it.
    """
    items = Markup().join(markup("<li>{text}</li>", text=found_at(f, application, audience)) for f in found)
    status = chip(look(application), state_word(application))
    told = " · ".join(part for part in (role_word(application), application.organisation) if part)
    parts = [
        markup("<p>{chip} {told}</p>", chip=status, told=told),
        paragraph(say("Selection: {place}", place=place)) if place else Markup(),
        paragraph(origin(application), "mk-muted"),
        markup("<ul>{items}</ul>", items=items) if items else Markup(),
        *(paragraph(note, "mk-muted") for note in (*application.notes, *wishes)),
        _listed(say("Other runs"), past),
        *(paragraph(sentence) for sentence in decisions(application, names)),
        paragraph(agreed) if agreed else Markup(),
    ]
    return Markup().join(parts)


def held_back(told: Sequence[str]) -> Markup:
    """Return what a file says of an application and is not taken over, the general sentence first."""
    if not told:
        return Markup()
    general, *values = told
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in values)
    listed = markup("<ul>{items}</ul>", items=items) if items else Markup()
    return markup('<div class="mk-blocker">{general}{listed}</div>', general=general, listed=listed)


def _listed(title: str, told: Iterable[str]) -> Markup:
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in told)
    return markup("<h3>{title}</h3><ul>{items}</ul>", title=title, items=items) if items else Markup()


def found_at(
    finding: Finding, application: Application, audience: findings.Audience = findings.ANYBODY
) -> str:
    """Return the sentence of a finding, with the cell that it is about."""
    source = application.source
    cell = source.cells.get(finding.field or "", "") if source is not None else ""
    sentence = findings.message(finding, of=application, audience=audience)
    return say("{sentence} (cell {cell})", sentence=sentence, cell=cell) if cell else sentence


def understood(application: Application, said: Mapping[str, str], pay_scale: str) -> Markup:
    """Return a table of what was said in which cell, and how it was understood; what has no field as well.

    ``pay_scale`` is the one that pay grades are read by.
    """
    source = application.source
    cells = source.cells if source is not None else {}
    known = {**application.model_dump(include=set(ALWAYS)), **application.answers}
    rows = [
        (
            FIELDS[name].label,
            cells.get(name, ""),
            text,
            in_words(name, known.get(name), application, pay_scale),
        )
        for name, text in said.items()
        if text
    ]
    rows += [
        (heading, "", text, say("no field of the programme")) for heading, text in application.extra.items()
    ]
    body = Markup().join(
        markup(
            '<tr><th scope="row">{label}</th><td>{cell}</td><td>{text}</td><td>{answer}</td></tr>',
            label=label, cell=cell, text=text, answer=answer,
        )
        for label, cell, text, answer in rows
    )  # fmt: skip
    return table_of(
        say("What was said, and how it was understood"),
        (say("Field"), say("Cell"), say("as it was said"), say("understood as")),
        body,
        css="mk-understood",
    )


def versions(differences: tuple[Difference, ...]) -> Markup:
    """Return both versions side by side, where somebody else was quicker."""
    if not differences:
        return Markup()
    rows = Markup().join(
        markup('<tr><th scope="row">{label}</th><td>{mine}</td><td>{theirs}</td></tr>', **vars(difference))
        for difference in differences
    )
    caption = say("Somebody else changed this application. Saving again puts your version over it.")
    return table_of(caption, (say("Field"), say("Your version"), say("Stored now")), rows)


def table_of(caption: str, heads: Iterable[str], body: Markup, *, css: str = "") -> Markup:
    """Return a table that scrolls by itself where it is too wide."""
    head = Markup().join(markup('<th scope="col">{head}</th>', head=head) for head in heads)
    return markup(
        '<div class="mk-scroll" tabindex="0" role="region" aria-label="{caption}">'
        '<table class="mk-table {css}"><caption>{caption}</caption>'
        "<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>",
        caption=caption, head=head, body=body, css=css,
    )  # fmt: skip
