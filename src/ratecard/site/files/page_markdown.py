"""What a page says, as Markdown: its headings, lists, tables, code and links, made from its own HTML."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Mapping

from ratecard.site.files import model_markdown
from ratecard.site.views.snippets import Code

Resolve = Callable[[str], str]

#: The pages are ours: no comment, no `>` within an attribute, every element closed.
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)")
_HREF = re.compile(r' href="([^"]*)"')
_BLANKS = re.compile(r"[ \t\r\n]+")
_GAPS = re.compile(r"[ \n]*\n[ \n]*\n")
_BULLET = re.compile(r"^(?:- |\d+\. )")
_BAR = re.compile(r"(?<!\\)\|")
#: What would begin a list where it stands first in a block.
_LISTING = re.compile(r"^([-+]|\d+[.)])(?= )")

_MAIN = '<main id="main">'
#: Pictures, whose numbers stand in tables, fields, and the ways between pages: a text has no use for them.
_LEFT_OUT = frozenset({"svg", "form", "noscript", "nav", "button", "legend", "script"})
_VOID = frozenset({"br", "input", "meta", "link", "img", "hr"})
#: What only a screen, or a reader without scripts, needs.
_SCREEN = re.compile(r"data-without|class=\"(?:ends|up|legend)\"")
#: Between these what is no element is layout.
_HOLDERS = frozenset(
    {"main", "section", "div", "details", "figure", "fieldset", "table", "thead", "tbody", "tr", "ul", "ol", "dl"}
)
#: What the style of a page sets apart where they follow each other in a list without a blank, as a dot does here.
_APART = frozenset({"a", "b", "span"})
#: What changes nothing about the text in it.
_PLAIN = frozenset({"span", "data", "time", "div", "tbody", "small", "label", "fieldset"})

# Marks that no page holds, which stand for something until its end is known.
_ITEM, _CELL, _NUMBER, _NEWLINE, _LANGUAGE, _BREAK = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"


#: An element that has not ended: its name, its attributes, and what was written in it.
_Open = tuple[str, str, list[str]]


def markdown(page: str, resolve: Resolve) -> str:
    """The main part of a page; `resolve` says where a link leads from there, or nothing where it need not be one."""
    body = page.partition(_MAIN)[2].partition("</main>")[0]
    within, parts = "main", list[str]()  # of the innermost open element
    outer: list[_Open] = [("", "", parts)]
    hidden = 0
    ended = ""  # the element that was just closed, where nothing follows it yet
    for closing, tag, attributes, text in _TOKEN.findall(body):
        if hidden:
            alone = text or tag in _VOID or attributes.endswith("/")
            hidden += 0 if alone else -1 if closing else 1
        elif text:
            ended = ""
            if within not in _HOLDERS:
                parts.append(_text(text, within))
        elif tag in _PLAIN:
            parts.append("" if closing else _between(ended, tag, within))
            ended = tag if closing else ""
        elif closing:
            _, said, held = outer.pop()
            ended, (within, _, parts) = tag, outer[-1]
            parts.append(_written(tag, said, "".join(held), within, resolve))
        elif tag in _VOID:
            parts.append(_BREAK if tag == "br" else "")
        elif tag in _LEFT_OUT or (attributes and _SCREEN.search(attributes)):
            hidden = 1
        else:
            parts.append(_between(ended, tag, within))
            ended, within, parts = "", tag, []
            outer.append((tag, attributes, parts))
    text = "".join(outer[0][2]).replace(_BREAK, " ")
    return _GAPS.sub("\n\n", text).strip().replace(_NEWLINE, "\n") + "\n"


def _between(ended: str, tag: str, within: str) -> str:
    return " · " if within == "li" and ended in _APART and tag in _APART else ""


def _text(words: str, within: str) -> str:
    plain = html.unescape(words) if "&" in words else words
    if within == "code":
        return plain
    return model_markdown.text(_BLANKS.sub(" ", plain) if "\n" in plain or "  " in plain else plain)


def _written(tag: str, attributes: str, inner: str, within: str, resolve: Resolve) -> str:
    if tag == "a":
        return _link(inner, attributes, resolve)
    if tag == "code":
        return inner if within == "pre" else model_markdown.span(inner)
    if tag in ("td", "th"):
        return _cell(inner, attributes)
    if tag == "tr":
        return _row(inner, head=within == "thead")
    if tag == "figcaption":
        return f"{_LANGUAGE}{inner}{_LANGUAGE}"
    write = _WRITERS.get(tag)
    return write(inner) if write else inner


def _block(begin: str = "", end: str = "") -> Callable[[str], str]:
    def write(inner: str) -> str:
        words = inner.strip()
        return f"\n\n{begin}{words if begin else _LISTING.sub(_escaped, words)}{end}\n\n" if words else ""

    return write


def _escaped(found: re.Match[str]) -> str:
    mark = found.group()
    return f"{mark[:-1]}\\{mark[-1]}"


def _link(inner: str, attributes: str, resolve: Resolve) -> str:
    found = _HREF.search(attributes)
    address = resolve(html.unescape(found.group(1))) if found else ""
    words = inner.strip()
    if not address or not words:
        return inner
    return f"[{words}]({address.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"


def _bold(inner: str) -> str:
    words = inner.strip()
    return f"**{words}**" if words else ""


def _cell(inner: str, attributes: str) -> str:
    """A cell on one line, what it lists with semicolons between."""
    lines = [_BULLET.sub("", line.strip()) for line in inner.split("\n") if line.strip()] if "\n" in inner else [inner]
    words = _BLANKS.sub(" ", "; ".join(lines)).strip()
    if _BREAK in words:
        words = "; ".join(filter(None, map(str.strip, words.replace(f"{_BREAK}`", " `").split(_BREAK))))
    if "|" in words:
        words = _BAR.sub(r"\\|", words)
    return f"{_NUMBER if 'number' in attributes else ''}{words}{_CELL}"


def _row(inner: str, *, head: bool) -> str:
    cells = inner.split(_CELL)[:-1]
    line = f"| {' | '.join(cells)} |\n".replace(_NUMBER, "")
    if not head:
        return line
    return line + f"| {' | '.join('---:' if cell.startswith(_NUMBER) else '---' for cell in cells)} |\n"


def _item(inner: str) -> str:
    """An entry of a list; what it holds in blocks stands below it."""
    lines = [line for line in (line.rstrip() for line in inner.strip().split("\n")) if line]
    return (
        f"{_ITEM}{_LISTING.sub(_escaped, lines[0])}\n" + "".join(f"  {line}\n" for line in lines[1:]) if lines else ""
    )


def _bullets(inner: str) -> str:
    return f"\n\n{inner.replace(_ITEM, '- ')}\n\n"


def _numbered(inner: str) -> str:
    number = itertools.count(1)
    return f"\n\n{re.sub(_ITEM, lambda _: f'{next(number)}. ', inner)}\n\n"


def _term(inner: str) -> str:
    return f"{_ITEM}{_bold(inner)}: "


def _meaning(inner: str) -> str:
    return f"{_BLANKS.sub(' ', inner).strip()}\n"


def _fenced(inner: str) -> str:
    fence = model_markdown.fenced(Code(_LANGUAGE, inner.strip("\n")))
    return fence.replace("\n", _NEWLINE)


def _figure(inner: str) -> str:
    """Code with its language, or a picture by what stands under it."""
    _, language, code = inner.split(_LANGUAGE, 2) if inner.count(_LANGUAGE) >= 2 else ("", "", inner)
    if not code.strip():
        return f"\n\n*{language.strip()}*\n\n" if language else ""
    fence, _, rest = code.strip().partition("text")
    name = language if language.isalnum() else "text"
    return f"\n\n{fence}{name}{rest}\n\n"


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "h1": _block("# "), "h2": _block("## "), "h3": _block("### "), "h4": _block("#### "),
    "p": _block(), "caption": _block("*", "*"), "summary": _block("**", "**"), "b": _bold,
    "section": _block(), "details": _block(), "table": _block(),
    "li": _item, "ul": _bullets, "ol": _numbered, "dl": _bullets, "dt": _term, "dd": _meaning,
    "pre": _fenced, "figure": _figure,
}  # fmt: skip
