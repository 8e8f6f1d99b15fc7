"""Forms: labelled fields with help and errors tied to them, and nothing that was typed ever lost.

How to use it::

    form = Form(
        [
            Field("name", say("Name"), required=True),
            Field("begin", say("Begin"), "date", help=say("TT.MM.JJJJ")),
            Field("size", say("Places"), "number", least=1, most=20, width="third"),
        ],
        {"name": "Next Step"},
        key="run-R1",
        on_edit=lambda name, value: model.enter(name, value),
    )
    form.refuse({"name": say("Please give the programme a name.")})   # after a refused save
    form.errors = {}                                                   # while somebody types
    form.fill({"name": "Other"})                                       # another record
    form.safe()                                                        # what was typed has reached a draft

A value is text as it was typed (dates and numbers too: whoever takes it parses it), a bool for ``tick``,
a list of text for ``ticks`` and ``tags``. The browser only sends messages, and each is checked here.
Buttons are not part of the form: put ``base.button`` below it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import anywidget
import traitlets as t

from mentorkit.language import say, say_n
from mentorkit_widgets.components.assets import script, style

FieldKind = Literal[
    "text", "lines", "number", "date", "email", "phone", "choice", "radio", "suggest", "tick", "ticks",
    "tags", "range", "dial", "secret",
]  # fmt: skip
#: What a field holds.
Value = str | bool | list[str]

_MANY = ("ticks", "tags")
_TAGS = 100
T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """A field of a form.

    ``suggest`` is a line of text with proposals, ``tags`` are several short texts with proposals,
    ``ticks`` several options of a list, ``tick`` one box, ``range`` a slider between ``least`` and ``most``,
    ``dial`` a number with a slider beside it: what is typed may be anything, as in every field; ``secret`` is
    a passphrase, which is not shown: its form has no ``key``, so that the browser keeps nothing.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    #: A line below the label.
    help: str = ""
    required: bool = False
    #: For choice, radio and ticks: text by key. For suggest and tags: proposals.
    options: Mapping[str, str] | Sequence[str] = ()
    least: int | None = None
    most: int | None = None
    step: int = 1
    #: Shown behind a number or a range.
    unit: str = ""
    #: Characters at most; 0 stands for 2,000 in ``lines`` and 200 elsewhere.
    longest: int = 0
    #: Shown, and not to be changed.
    locked: bool = False
    width: Literal["full", "half", "third"] = "full"
    #: A heading that stands before it and those after it that have the same.
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse a slider without ends, and fill in how long a text may be."""
        if self.kind in ("range", "dial") and (self.least is None or self.most is None):
            raise ValueError(f"the slider {self.name!r} needs least and most")
        if not self.longest:
            object.__setattr__(self, "longest", 2000 if self.kind == "lines" else 200)

    @property
    def pairs(self) -> list[list[str]]:
        """The options as pairs of key and text."""
        if isinstance(self.options, Mapping):
            return [[key, text] for key, text in self.options.items()]
        return [[text, text] for text in self.options]

    def sent(self) -> dict[str, Any]:
        """Return the field as the browser gets it."""
        return {**vars(self), "options": self.pairs}

    def empty(self) -> Value:
        """Return what the field holds when nothing was entered."""
        if self.kind == "tick":
            return False
        if self.kind == "range":
            return str(self.least)
        return [] if self.kind in _MANY else ""

    def checked(self, value: object, before: object) -> Value:
        """Return a value that was entered, if it is one for this field.

        Raises
        ------
        ValueError
            If it is of the wrong type, too long, not among the options or beyond the ends.
        """
        if self.locked:
            raise ValueError(f"the field {self.name!r} is locked")
        if self.kind == "tick":
            return self._of_type(bool, value)
        if self.kind in _MANY:
            return self._items(value)
        text = self._of_type(str, value)
        # what a file brought may be longer, and may be shortened step by step
        if len(text) > max(self.longest, len(before) if isinstance(before, str) else 0):
            raise ValueError(f"the text for {self.name!r} is longer than {self.longest} characters")
        if self.kind in ("choice", "radio") and text != before and not self._offers(text):
            raise ValueError(f"{self.name!r} does not offer {text!r}")
        if self.kind == "range" and not self._reaches(text):
            raise ValueError(f"{self.name!r} does not reach {text!r}")
        return text

    def _items(self, value: object) -> list[str]:
        texts = [self._of_type(str, item) for item in self._of_type(list, value)]
        keys = [key for key, _ in self.pairs]
        if self.kind == "ticks":
            if not set(texts) <= set(keys):
                raise ValueError(f"{self.name!r} does not offer all of these")
            return [key for key in keys if key in texts]
        texts = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
        if len(texts) > _TAGS or any(len(text) > self.longest for text in texts):
            raise ValueError(f"there are too many or too long texts for {self.name!r}")
        return texts

    def _of_type(self, kind: type[T], value: object) -> T:
        if not isinstance(value, kind):
            raise ValueError(f"the field {self.name!r} holds a {kind.__name__}, not {value!r}")
        return value

    def _offers(self, key: str) -> bool:
        return (not key and not self.required) or any(key == known for known, _ in self.pairs)

    def _reaches(self, text: str) -> bool:
        number = text.removeprefix("-")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return False
        return (self.least or 0) <= int(text) <= (self.most or 0)


class Form(anywidget.AnyWidget):
    """Fields that people fill in.

    Parameters
    ----------
    fields
        The fields in their order. Assign :attr:`fields` to change them: the browser keeps the focus and
        what is typed.
    values
        What the fields hold at first, by name.
    title
        The name of the form, shown above it.
    key
        Under it the browser keeps what is typed until :meth:`safe`; best the id of what is edited. It is
        filled in again, and sent, when a form with this key is drawn by the same user at the same address
        after a reload, a dead kernel or a new log-in. Without a key nothing is kept.
    on_edit
        Called as :meth:`on_edit` says.
    """

    _esm = script("form")
    _css = style("form")

    title = t.Unicode().tag(sync=True)
    key = t.Unicode().tag(sync=True)
    #: What the fields hold, by name; :meth:`fill` changes it.
    values = t.Dict().tag(sync=True)
    #: What is wrong, by name of the field: a sentence each. A name of no field stands in the summary only.
    errors = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    _fields = t.List(t.Dict()).tag(sync=True)
    _summary = t.Unicode().tag(sync=True)
    _words = t.Dict().tag(sync=True)
    #: How often Python has filled the form: then the browser lets go of what it shows.
    _filled = t.Int(0).tag(sync=True)
    #: The number of the last message that was heard: whatever comes later knows of it.
    _heard = t.Int(0).tag(sync=True)
    _owner = t.Unicode().tag(sync=True)

    def __init__(
        self,
        fields: Iterable[Field],
        values: Mapping[str, Value] | None = None,
        *,
        title: str = "",
        key: str = "",
        on_edit: Callable[[str, Value], object] | None = None,
    ) -> None:
        self._known = _by_name(fields)
        self._callbacks = [] if on_edit is None else [on_edit]
        self._submits: list[Callable[[], object]] = []
        super().__init__(
            title=title,
            key=key,
            values=self._complete(values or {}),
            _fields=[field.sent() for field in self._known.values()],
            _words=_words(),
            _owner=os.environ.get("HTTP_X_MENTORKIT_USER", ""),
        )
        self.on_msg(self._received)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in their order."""
        return tuple(self._known.values())

    @fields.setter
    def fields(self, fields: Iterable[Field]) -> None:
        self._known = _by_name(fields)
        kept = {name: value for name, value in self.values.items() if name in self._known}
        with self.hold_sync():
            self._fields = [field.sent() for field in self._known.values()]
            self.values = self._complete(kept)
            self.errors = {name: why for name, why in self.errors.items() if name in self._known}

    def on_edit(self, callback: Callable[[str, Value], object]) -> None:
        """Call ``callback(name, value)`` whenever somebody has changed a field."""
        self._callbacks.append(callback)

    def on_submit(self, callback: Callable[[], object]) -> None:
        """Call ``callback()`` when somebody presses Enter in the only line of the form."""
        self._submits.append(callback)

    def edit(self, name: str, value: Value) -> None:
        """Change a field, as the browser does.

        Raises
        ------
        ValueError
            If there is no such field, it is locked, or the value is none for it.
        """
        if name not in self._known:
            raise ValueError(f"there is no field {name!r}")
        before = self.values.get(name)
        taken = self._known[name].checked(value, before)
        if taken == before:
            return
        self.values = {**self.values, name: taken}
        for callback in self._callbacks:
            callback(name, taken)

    def fill(self, values: Mapping[str, Value], *, key: str | None = None) -> None:
        """Put in other values, all or some; what the browser shows gives way to them.

        Parameters
        ----------
        values
            By name of the field; the others keep theirs.
        key
            The key of what is edited from now on, where that is something else.

        Raises
        ------
        ValueError
            If there is no such field.
        """
        filled = self._complete({**self.values, **values})
        with self.hold_sync():
            self.key = self.key if key is None else key
            self.values = filled
            self.errors = {}
            self._filled += 1

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Show what is wrong after somebody wanted to go on, and lead them to it."""
        self.errors = dict(errors)
        if errors:
            self.send({"event": "refused"})

    def focus(self) -> None:
        """Lead people to the first field, such as when they chose something to change elsewhere."""
        self.send({"event": "focus"})

    def safe(self) -> None:
        """Tell the browser that :attr:`values` are kept elsewhere: it forgets its own copy of them."""
        self.send({"event": "safe"})

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _complete(self, values: Mapping[str, Value]) -> dict[str, Value]:
        if unknown := values.keys() - self._known.keys():
            raise ValueError(f"there are no fields {sorted(unknown)}")
        return {name: values.get(name, field.empty()) for name, field in self._known.items()}

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        message: dict[str, Any] = content if isinstance(content, dict) else {}
        if message.get("submit") is True:
            for callback in self._submits:
                callback()
            return
        name, value, number = (message.get(part) for part in ("edit", "value", "number"))
        if not isinstance(name, str) or name not in self._known:
            return
        if isinstance(number, int):
            self._heard = number
        if message.get("key", self.key) != self.key:
            return  # it was typed for what was here before; the browser keeps it
        try:
            taken = self._known[name].checked(value, self.values.get(name))
        except ValueError:
            return
        self.edit(name, taken)

    @t.observe("errors")
    def _count(self, _change: object) -> None:
        n = len(self.errors)
        self._summary = say_n("Please look at {n} field again:", "Please look at {n} fields again:", n)


def _by_name(fields: Iterable[Field]) -> dict[str, Field]:
    listed = list(fields)
    known = {field.name: field for field in listed}
    if len(known) != len(listed):
        raise ValueError("two fields of a form have the same name")
    return known


def _words() -> dict[str, str]:
    """Return the words that the browser needs, in the language in force."""
    return {
        "required": say("required"),
        "choose": say("– please choose –"),
        "none": say("– none –"),
        "add": say("Add"),
        "remove": say("Remove {what}", what="{what}"),
        "slider": say("{what}, slider", what="{what}"),
        "added": say("{what} added", what="{what}"),
        "removed": say("{what} removed", what="{what}"),
        "again": say("What you had typed before is filled in again."),
        "left": say("{n} characters left", n="{n}"),
        "cut": say("The text was cut: at most {most} characters fit here.", most="{most}"),
    }
