"""Reads the settings of a site from a YAML file, and applies its colours to the style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal
from pathlib import Path

from ratecard.cards import yaml_tree
from ratecard.cards.yaml_tree import Mark, Node
from ratecard.core.errors import BadValue, near
from ratecard.core.problems import Problem, in_order
from ratecard.site import links
from ratecard.site.config import SiteConfig

Misfit = tuple[str, str]
Colours = Mapping[str, str]

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SELLER = re.compile(r"[a-z0-9][a-z0-9._-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_DIGITS = Context(prec=12)

#: The colours a site may have of its own, as the style sheet has them in light and in dark.
LIGHT: Colours = {
    "page": "#fdfdfb", "raised": "#ffffff", "sunk": "#f4f4f0", "ink": "#1d2327", "quiet": "#5b6369", "rule": "#dfe0da",
    "link": "#0b5c7a", "accent": "#0f766e",
}  # fmt: skip
DARK: Colours = {
    "page": "#131618", "raised": "#1a1e21", "sunk": "#1d2225", "ink": "#e6e8e6", "quiet": "#a3abb0", "rule": "#30373b",
    "link": "#7cc4e0", "accent": "#5fc7bb",
}  # fmt: skip
_THEMES: Mapping[str, Colours] = {"light": LIGHT, "dark": DARK}

#: The text colours, their backgrounds, and the minimum contrast: WCAG 2.2, success criterion 1.4.3.
_WORDS = ("ink", "quiet", "link")
_GROUNDS = ("page", "raised", "sunk")
CONTRAST = Decimal("4.5")
#: The weights of red, green and blue in luminance.
_WEIGHTS = (Decimal("0.2126"), Decimal("0.7152"), Decimal("0.0722"))


def read(file: Path) -> SiteConfig:
    """The settings in a YAML file, with defaults for the rest.

    Raises `BadValue` with every problem, its line and its remedy.
    """
    try:
        with file.open("rb") as stream:
            tree, flaws = yaml_tree.parse(stream.read(yaml_tree.MAX_BYTES + 1))
    except yaml_tree.NotYaml as failure:
        raise BadValue(str(_problem(file, failure.flaw.mark, "", (failure.flaw.what, failure.flaw.mend)))) from None
    except OSError as failure:
        raise BadValue(f"{file}: {failure.strerror or 'it cannot be read'}; name a readable file") from None
    problems = [_problem(file, flaw.mark, "", (flaw.what, flaw.mend)) for flaw in flaws]
    problems += [_problem(file, mark, where, misfit) for mark, where, misfit in _misfits(tree)]
    if problems:
        raise BadValue("\n".join(map(str, in_order(problems))))
    given = tree.value if isinstance(tree.value, dict) else {}
    return SiteConfig(**{name: yaml_tree.contents(node) for name, node in given.items()})  # type: ignore[arg-type]  # checked


def _problem(file: Path, mark: Mark, where: str, misfit: Misfit) -> Problem:
    return Problem(str(file), *mark, where, *misfit)


def _misfits(tree: Node) -> Iterator[tuple[Mark, str, Misfit]]:
    if not isinstance(tree.value, dict):
        yield tree.mark, "", ("the settings are no mapping", "write lines such as `name: Our models`")
        return
    for name, node in tree.value.items():
        if name in _THEMES:
            yield from _theme(name, node)
        elif name not in _CHECKS:
            yield tree.keys[name], name, _unknown(name, [*_CHECKS, *_THEMES])
        elif not isinstance(node.value, str) or _CONTROL.search(node.value):
            yield node.mark, name, ("this is not a line of text", "write one line, in quotes where it holds a colon")
        elif misfit := _CHECKS[name](node.value):
            yield node.mark, name, misfit


def _theme(theme: str, node: Node) -> Iterator[tuple[Mark, str, Misfit]]:
    if not isinstance(node.value, dict):
        yield node.mark, theme, ("this is no mapping of colours", f"write lines such as `link: {LIGHT['link']!r}`")
        return
    sound = True
    for name, colour in node.value.items():
        if name not in LIGHT:
            sound = False
            yield node.keys[name], f"{theme}.{name}", _unknown(name, list(LIGHT))
        elif not isinstance(colour.value, str) or not _COLOUR.fullmatch(colour.value):
            sound = False
            yield colour.mark, f"{theme}.{name}", ("this is no colour", "write six digits in quotes, such as '#0b5c7a'")
    if sound:
        yield from _pale(theme, node)


def _pale(theme: str, node: Node) -> Iterator[tuple[Mark, str, Misfit]]:
    """Text colours with too little contrast, in a theme that is otherwise valid."""
    given = yaml_tree.contents(node)
    assert isinstance(given, dict)
    colours = {**_THEMES[theme], **given}
    for word in _WORDS:
        for ground in _GROUNDS:
            found = contrast(colours[word], colours[ground])
            if found < CONTRAST:
                what = f"{word} {colours[word]} on {ground} {colours[ground]} has a contrast of {found:.2f}"
                mend = f"choose colours with {CONTRAST} or more, so that everyone can read them"
                yield node.mark, theme, (what, mend)


def contrast(one: str, other: str) -> Decimal:
    """The contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    shade = Decimal("0.05")
    return _DIGITS.divide(_DIGITS.add(high, shade), _DIGITS.add(low, shade))


def _luminance(colour: str) -> Decimal:
    """The relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = (_DIGITS.divide(Decimal(int(colour[at : at + 2], 16)), Decimal(255)) for at in (1, 3, 5))
    red, green, blue = (_DIGITS.multiply(weight, _linear(part)) for weight, part in zip(_WEIGHTS, parts, strict=True))
    return _DIGITS.add(_DIGITS.add(red, green), blue)


def _linear(part: Decimal) -> Decimal:
    if part <= Decimal("0.04045"):
        return _DIGITS.divide(part, Decimal("12.92"))
    return _DIGITS.power(_DIGITS.divide(_DIGITS.add(part, Decimal("0.055")), Decimal("1.055")), Decimal("2.4"))


def _unknown(name: str, words: list[str]) -> Misfit:
    found = near(name, words, 1)
    hint = f"did you mean {found[0]}?" if found else f"write one of {', '.join(words)}"
    return f"there is no setting {name!r}", hint


def _address(value: str) -> Misfit | None:
    wrong = ("this is no web address", "write it with https:// before it")
    return wrong if value and not links.safe_url(value) else None


def _seller(value: str) -> Misfit | None:
    return None if _SELLER.fullmatch(value) else ("this is no id of a seller", "write one such as aigateway")


def _name(value: str) -> Misfit | None:
    return None if 0 < len(value) <= 40 else ("a name has 1 to 40 letters", "write a short name")


def _words(value: str) -> Misfit | None:
    return None if len(value) <= 600 else ("this is longer than 600 letters", "write less")


#: What each setting may be.
_CHECKS: Mapping[str, Callable[[str], Misfit | None]] = {
    "base_url": _address, "report_url": _address, "playground_url": _address, "ranking_url": _address,
    "gateway": _seller, "name": _name, "heading": _words, "lead": _words, "footer": _words,
}  # fmt: skip


def style(sheet: str, config: SiteConfig) -> str:
    """The style sheet followed by the colours of the settings, which override its own."""
    blocks = [sheet]
    if config.light:
        blocks.append(_root(config.light))
    if config.dark:
        blocks.append(f"@media (prefers-color-scheme: dark) {{\n{_root(config.dark)}}}\n")
    return "".join(blocks)


def _root(colours: Mapping[str, str]) -> str:
    lines = "".join(f"  --{name}: {colour};\n" for name, colour in sorted(colours.items()))
    return f":root {{\n{lines}}}\n"
