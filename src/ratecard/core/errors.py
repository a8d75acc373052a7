"""The errors ratecard raises, each under the builtin a caller would expect.

RatecardError
├── UnknownModel      (LookupError)   no card, alias or seller's model id has that name
│   └── AmbiguousModel (UnknownModel) several models have that name
├── UnknownSeller     (LookupError)   the model is not sold by that seller
├── UnknownWord       (ValueError)    a word that is neither a meter, a fact nor a capability
├── BadValue          (ValueError)    a quantity, fact or option that cannot be read
├── Unpriced          (ValueError)    a quantity that no rate covers; no number exists
├── NoRoute           (LookupError)   no offer meets every need of a route
├── BadCatalog        (ValueError)    cards that break the rules, with every problem found
├── BadDatabase       (ValueError)    a file that is not a catalog this version can read
├── BadFeed           (ValueError)    another project's price list that cannot be read
├── BadWorkload       (ValueError)    a workload that cannot be read, with every problem found
└── BadLog            (ValueError)    a usage log that cannot be read, or whose columns have no clear meaning
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNKNOWN_MODEL = 3
EXIT_NO_ROUTE = 4
EXIT_UNPRICED = 5
EXIT_OVER_BUDGET = 6

MAX_SUGGESTIONS = 5
#: A longer word was not meant as a name, and comparing it with every name would take seconds.
MAX_WORD = 200
#: Of more words, only those that share pairs of letters with a misspelt one are compared with it letter by letter.
MAX_COMPARED = 120


class RatecardError(Exception):
    """Base class of expected failures; the message is meant for the user."""

    exit_code = EXIT_FAILED

    def __reduce__(self) -> tuple[object, ...]:
        """Pickles the error with its attributes: the constructor's arguments differ from `args`."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[RatecardError], args: tuple[object, ...], said: dict[str, object]) -> RatecardError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(said)
    return error


class UnknownModel(RatecardError, LookupError):
    """No card, alias or seller's model id has this name; `suggestions` holds up to five similar ones."""

    exit_code = EXIT_UNKNOWN_MODEL

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = f"; did you mean {listed(suggestions)}?" if suggestions else ""
        super().__init__(f"unknown model {name!r}{hint}")


class AmbiguousModel(UnknownModel):
    """Several models have this name; `suggestions` holds their slugs."""

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        super().__init__(name, suggestions)
        more = [f"{len(suggestions) - MAX_SUGGESTIONS} more"] if len(suggestions) > MAX_SUGGESTIONS else []
        shown = listed([*suggestions[:MAX_SUGGESTIONS], *more], "and")
        self.args = (f"several models are called {name!r}: {shown}; name one of them, or the seller",)


class UnknownSeller(RatecardError, LookupError):
    """The model exists, but this seller does not sell it."""

    exit_code = EXIT_USAGE

    def __init__(self, slug: str, seller: str, sellers: Sequence[str]) -> None:
        self.slug, self.seller, self.sellers = slug, seller, tuple(sellers)
        sold = f"it is sold by {listed(sellers, 'and')}" if sellers else "no seller of it is known"
        super().__init__(f"{slug} is not sold by {seller!r}; {sold}")


class UnknownWord(RatecardError, ValueError):
    """A word that is none of the `known` ones; `suggestions` holds up to three similar ones."""

    exit_code = EXIT_USAGE

    def __init__(self, kind: str, word: str, known: Iterable[str] = ()) -> None:
        self.kind, self.word, self.suggestions = kind, word, tuple(near(word, known, 3))
        hint = f"; did you mean {listed(self.suggestions)}?" if self.suggestions else ""
        article = "an" if kind[0] in "aeio" else "a"
        super().__init__(f"{word!r} is not {article} {kind}{hint}")


class BadValue(RatecardError, ValueError):
    """A value that is invalid for its field."""

    exit_code = EXIT_USAGE


class Unpriced(RatecardError, ValueError):
    """Part of a usage has no known price; `missing` names each part that no rate covers."""

    exit_code = EXIT_UNPRICED

    def __init__(self, slug: str, seller: str, missing: Sequence[str]) -> None:
        self.slug, self.seller, self.missing = slug, seller, tuple(missing)
        super().__init__(f"no price for {slug} at {seller or 'any seller'}: {'; '.join(missing)}")


class NoRoute(RatecardError, LookupError):
    """No offer meets every need; `Route.relax` has the ways out."""

    exit_code = EXIT_NO_ROUTE


class BadCatalog(RatecardError, ValueError):
    """Cards that break the rules; `problems` holds every one, each with its location and remedy."""

    def __init__(self, problems: Iterable[object]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BadDatabase(RatecardError, ValueError):
    """A file that is not a catalog database this version of ratecard can read."""


class BadFeed(RatecardError, ValueError):
    """Another project's price list that cannot be read; nothing was imported."""


class BadLog(RatecardError, ValueError):
    """A usage log that cannot be read, or whose columns have no clear meaning; nothing was counted."""


class BadWorkload(RatecardError, ValueError):
    """A workload that cannot be read; `problems` holds every one, each with its location and remedy."""

    exit_code = EXIT_USAGE

    def __init__(self, problems: Iterable[object], *, unknown_models: bool = False) -> None:
        self.problems = tuple(problems)
        if unknown_models:
            self.exit_code = EXIT_UNKNOWN_MODEL
        super().__init__("\n".join(str(problem) for problem in self.problems))


def listed(words: Sequence[str], joint: str = "or") -> str:
    """Words joined as a list: a, b or c."""
    *head, last = (str(word) for word in words)
    return f"{', '.join(head)} {joint} {last}" if head else last


def near(word: str, words: Iterable[str], limit: int = MAX_SUGGESTIONS) -> list[str]:
    """The words most similar to a misspelt one, most similar first; none for a word over `MAX_WORD`."""
    import difflib  # here because only an error needs it, and it takes longer to load than a price

    if len(word) > MAX_WORD:
        return []
    return difflib.get_close_matches(word, _sharing(word, list(words)), n=limit, cutoff=0.6)


def _sharing(word: str, words: list[str]) -> list[str]:
    """The words that share the most pairs of letters with a word, for their length; all of a few words."""
    if len(words) <= MAX_COMPARED:
        return words
    pairs = {word[place : place + 2] for place in range(len(word) - 1)}
    shares = [(sum([pair in other for pair in pairs]) / (len(word) + len(other)), other) for other in words]
    return [other for _, other in sorted(shares, reverse=True)[:MAX_COMPARED]]


def one_off(one: str, other: str) -> bool:
    """True if a word becomes another when a letter is changed, added or dropped, or two neighbours are exchanged."""
    start = _alike(one, other)
    end = min(_alike(one[::-1], other[::-1]), min(len(one), len(other)) - start)
    middle, its = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(middle), len(its)) <= 1 or (len(middle) == 2 and middle == its[::-1])


def _alike(one: str, other: str) -> int:
    """The number of letters at the start that two words share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (letter, its) in pairs if letter != its), min(len(one), len(other)))
