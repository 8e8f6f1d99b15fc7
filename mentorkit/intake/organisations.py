"""Which organisation a text means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mentorkit.intake.text import letters, plain, without_brackets, words
from mentorkit.intake.values import not_said
from mentorkit.programme.records import Organisation
from mentorkit.programme.settings import OrganisationSettings

#: What is written before a name, by what it makes of it: *Stadt Unna* is not *Kreis Unna*.
_KINDS = {
    "kreis": "kreis landkreis lk kreisverwaltung kreises",
    "stadt": "stadt kreisstadt hansestadt stadtverwaltung gemeinde gemeindeverwaltung landeshauptstadt",
    "": "kv sv ov kreisverband stadtverband ortsverband verband verwaltung rathaus der die des im",
}
_KIND = {word: kind for kind, said in _KINDS.items() for word in said.split()}
#: After one of these the name begins, whatever stood before.
_CHAPTER = frozenset({"kv", "sv", "kreisverband", "stadtverband"})
_LEGAL = re.compile(
    r"\b(?:g?gmbh|mbh|ag|kgaa|kg|ohg|gbr|se|ug|eg|e\.? ?v\.?|co\.?|ltd\.?|inc\.?)(?![a-z])|&|\+"
)

_DIGITS = re.compile(r"\d+")
#: Keys of companies shorter than this are no typing errors of others.
_SHORT = 6
#: From which likeness, of 100, a name is offered as a guess, and from which it is said unasked.
_LIKELY, _SURE = 55, 95
_CALLED = re.compile(r"^\s*(?:fa\.?|firma|unternehmen)\s+(?=\S)")


@dataclass(frozen=True)
class Match:
    """The organisation a text means (None if unknown), the nearest one otherwise, and how it was found."""

    name: str | None
    guess: str | None = None
    by_typo: bool = False


@dataclass(frozen=True)
class Organisations:
    """The organisations of a programme as they can be written.

    Attributes
    ----------
    settings
        The programme's setting.
    names
        Names by spelling, joined to one word.
    kinds
        Whether a name is that of a town or a district, where it says so.
    spellings
        Names by spelling, in plain words; guesses are made by these.
    initials
        Spellings of companies, joined, by their first letter.
    """

    settings: OrganisationSettings
    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    initials: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, settings: OrganisationSettings, stored: Iterable[Organisation] = (), heard: Iterable[str] = ()
    ) -> Organisations:
        """Gather the names.

        Parameters
        ----------
        settings
            The programme's setting.
        stored
            Organisations of the workbench.
        heard
            What the files say; new companies get the spelling that is used most. One that is another but
            for a typing error is not learned: somebody has to say which is meant.
        """
        found = cls(settings)
        if settings.kind == "open":
            found._learn_open(stored, heard)
        elif settings.kind == "known":
            aliases = {o.name: o.aliases for o in stored}
            for name in settings.names:
                for spelling in (name, *settings.aliases.get(name, ()), *aliases.get(name, ())):
                    found._learn_known(name, spelling)
        return found

    def _learn_open(self, stored: Iterable[Organisation], heard: Iterable[str]) -> None:
        for organisation in stored:
            for spelling in (organisation.name, *organisation.aliases):
                self._learn_company(organisation.name, spelling)
        counted = Counter(name for name in heard if not not_said(name))
        for name in sorted(counted, key=lambda name: (-counted[name], len(name), name)):
            if self._misspelt(company_key(name)) is None:
                self._learn_company(name, name)

    def _learn_company(self, name: str, spelling: str) -> None:
        key = company_key(spelling)
        if key not in self.names:
            self.initials.setdefault(key[:1], []).append(key)
        if self.names.setdefault(key, name) == name:
            self.spellings.setdefault(" ".join(words(spelling)), name)

    def _misspelt(self, key: str) -> str | None:
        """Return the company that a key is but for a typing error, unless it is one itself."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if key in self.names or len(key) < _SHORT:
            return None
        most = 2 if len(key) >= 2 * _SHORT else 1
        near = process.extract(
            key, self.initials.get(key[0], ()), scorer=OSA.distance, score_cutoff=most, limit=None
        )
        digits = _DIGITS.findall(key)
        found = [
            (distance, spelling) for spelling, distance, _ in near if _DIGITS.findall(spelling) == digits
        ]
        return self.names[min(found)[1]] if found else None

    def _learn_known(self, name: str, spelling: str) -> None:
        kind, bare = _parts(spelling)
        self.names[letters(spelling)] = name
        self.names.setdefault("".join(bare), name)
        self.names.setdefault(letters(without_brackets(" ".join(bare), "")), name)
        self.names.setdefault("".join(_parts(without_brackets(spelling, ""))[1]), name)
        self.kinds["".join(bare)] = kind
        self.spellings.setdefault(" ".join(bare), name)

    def match(self, text: str) -> Match:
        """Return the organisation a text means; a small typing error is forgiven where it is unmistakable."""
        if self.settings.kind == "open":
            key = company_key(text)
            meant = self._misspelt(key)
            return Match(None, guess=meant) if meant else Match(self.names.get(key, text) if key else None)
        kind, bare = _parts(text)
        key = "".join(bare)
        whole = letters(text)
        if name := (self.names.get(whole) if whole != key else None) or self._without_kind(kind, key):
            return Match(name)
        near = self._similar(kind, key)
        return (
            near
            if near.name or near.guess
            else Match(None, next(iter(self.guesses(text, surely=True)), None))
        )

    def guesses(self, text: str, most: int = 3, *, surely: bool = False) -> list[str]:
        """Return the organisations that an unknown text may mean, the likeliest first.

        Parameters
        ----------
        text
            What was written.
        most
            At most so many.
        surely
            Only such as share whole words with the text: *Dessau* and *Dessau-Roßlau*.
        """
        from rapidfuzz import fuzz

        said = " ".join(words(text) if self.settings.kind == "open" else _parts(text)[1])
        least = _SURE if surely else _LIKELY
        scores: dict[str, tuple[float, float]] = {}
        for spelling, name in self.spellings.items():
            whole = fuzz.ratio(said, spelling)
            score = max(whole, fuzz.token_set_ratio(said, spelling))
            if score >= least:
                scores[name] = max(scores.get(name, (0.0, 0.0)), (score, whole))
        return sorted(scores, key=lambda name: (*(-x for x in scores[name]), name))[:most]

    def agree(self, one: str, other: str) -> bool | None:
        """Tell whether two texts mean one organisation; None if one of them means none that is known."""
        if self.settings.kind == "none" or letters(one) == letters(other):
            return True
        names = [self.match(text).name for text in (one, other)]
        return None if None in names else names[0] == names[1]

    def _without_kind(self, kind: str, key: str) -> str | None:
        own = self.kinds.get(key, "")
        return None if self._clash(kind, own) else self.names.get(key)

    def _clash(self, kind: str, own: str) -> bool:
        """Tell whether a kind said is not a name's own.

        *Unna* and *Stadt Unna* are not *Kreis Unna*. *Kreis Kamen* is not *Kamen* where the list has a
        district; where it has none, the word says nothing.
        """
        return kind != own and (own == "kreis" or (kind == "kreis" and "kreis" in self.kinds.values()))

    def _similar(self, kind: str, key: str) -> Match:
        from rapidfuzz.distance import OSA

        distances: dict[str, int] = {}
        for spelling, name in self.names.items():
            distance = OSA.distance(key, spelling)
            distances[name] = min(distance, distances.get(name, distance))
        ranked = sorted(distances.items(), key=lambda item: item[1])
        if not ranked or len(key) < 3 or ranked[0][1] > max(2, len(key) // 3):
            return Match(None)
        name, distance = ranked[0]
        alone = len(ranked) == 1 or ranked[1][1] > distance + 1
        small = distance <= (2 if len(key) >= 10 else 1) and len(key) >= 5
        # Herne and Wittenberge are towns, not ways to write Werne and Wittenberg
        added = key[-1] != key[-2]  # a last letter doubled makes no other name
        own = (spelling for spelling, its in self.names.items() if its == name)
        alike = any(s[0] == key[0] and not (added and s == key[:-1]) for s in own)
        if (
            alone
            and small
            and alike
            and self._without_kind(kind, key) is None
            and not self._other_kind(kind, name)
        ):
            return Match(name, by_typo=True)
        return Match(None, guess=name)

    def _other_kind(self, kind: str, name: str) -> bool:
        return self._clash(kind, _parts(name)[0])

    def named_in(self, text: str) -> list[str]:
        """Return the organisations that a title, a sheet's or a file's name speaks of.

        Whole words count: *Kamen* is not in *Bergkamen*. A name after *im* is a place, not the sender.
        """
        said = words(text)
        spans = [
            (start, end, name)
            for spelling, name in self.names.items()
            for start, end in _spans(said, spelling)
            if not self._is_somewhere(said[:start], spelling)
        ]
        return sorted(
            {
                name
                for start, end, name in spans
                if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
            }
        )

    def _is_somewhere(self, before: list[str], spelling: str) -> bool:
        """Tell whether the words before a name make it a place (*im Kreis …*) or another kind of thing."""
        kind = _KIND.get(before[-1], "") if before else ""
        own = self.kinds.get(spelling, "")
        place = before[-1:] == ["im"] or (before[-2:-1] == ["im"] and before[-1] in _KIND)
        return place or self._clash(kind, own)

    def sender(self, *texts: str) -> str | None:
        """Return the one organisation that the first telling text speaks of."""
        left: set[str] = set()
        for text in texts:
            named = set(self.named_in(text))
            left = (left & named or left) if left else named
            if len(left) == 1:
                return next(iter(left))
        return None


def company_key(name: str) -> str:
    """Return a company's name without legal form, case, umlauts and punctuation."""
    return letters(_LEGAL.sub(" ", _CALLED.sub("", plain(name)))) or letters(name)


def spelling_key(text: str, settings: OrganisationSettings) -> str:
    """Return what texts have in common that stand for one organisation, known or not."""
    if settings.kind == "open":
        return company_key(text)
    kind, bare = _parts(text)
    return f"{kind} {''.join(bare)}".strip()


def _parts(text: str) -> tuple[str, list[str]]:
    """Return the kind that a text says (``stadt``, ``kreis`` or nothing) and its other words."""
    said = words(text)
    for mark in _CHAPTER:
        if mark in said[:-1]:
            said = said[said.index(mark) :]
    kind = next((_KIND[word] for word in said if _KIND.get(word)), "")
    return kind, [word for word in said if word not in _KIND]


def _spans(said: list[str], spelling: str) -> Iterable[tuple[int, int]]:
    """Return where consecutive words, joined, are a spelling."""
    for start in range(len(said)):
        joined = ""
        for end in range(start, len(said)):
            joined += said[end]
            if joined == spelling:
                yield start, end + 1
            if len(joined) >= len(spelling):
                break
