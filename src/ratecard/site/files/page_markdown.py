"""The Markdown of a page, made from its HTML, and the files that hold it and what the page lists."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from xml.parsers import expat

from ratecard.site import links
from ratecard.site.edition import Edition
from ratecard.site.files import list_json
from ratecard.site.publish import File
from ratecard.site.rendering import Page, list_address, makes_twins, page_address, render, twin_path

Resolve = Callable[[str], str]
Attributes = Mapping[str, str]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
_TICKS = re.compile("`+")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")
_BLANKS = re.compile(r"[ \t\r\n]+")
_GAPS = re.compile(r"[ \n]*\n[ \n]*\n")
_BULLET = re.compile(r"^(?:- |\d+\. )")
_BAR, _ESCAPED_BAR = re.compile(r"(?<!\\)\|"), r"\\|"
#: What would begin a list at the start of a block.
_LISTING = re.compile(r"^([-+]|\d+[.)])(?= )")

_MAIN = '<main id="main">'
#: Characters that XML cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Pictures, whose numbers are in tables, fields, and the ways between pages.
_LEFT_OUT = frozenset({"svg", "form", "noscript", "nav", "button", "legend", "script"})
#: Classes of what only a screen needs.
_SCREEN = frozenset({"ends", "up", "legend"})
_VOID = frozenset({"br", "input"})
#: Elements whose direct text is only layout.
_HOLDERS = frozenset(
    {"main", "section", "div", "details", "figure", "fieldset", "table", "thead", "tbody", "tr", "ul", "ol", "dl"}
)
#: Elements that follow each other in a list without a blank: the page's style separates them, here a dot does.
_APART = frozenset({"a", "b", "span"})
#: Elements that do not change the text in them.
_PLAIN = frozenset({"span", "data", "time", "div", "tbody", "small", "label", "fieldset"})

# Marks that no page holds, replaced once the end of their element is known.
_ITEM, _CELL, _NUMBER, _NEWLINE, _LANGUAGE, _BREAK = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"


@lru_cache(maxsize=1 << 16)
def text(words: str) -> str:
    """Words escaped for Markdown."""
    return _SPECIAL.sub(r"\\\1", words)


def span(words: str) -> str:
    """Words as code within a line, between more backticks than they hold."""
    ticks = "`" * (_longest_run(words) + 1)
    return f"{ticks} {words} {ticks}" if "`" in words else f"`{words}`"


def fenced(language: str, code: str) -> str:
    """A block of code, in a fence longer than any inside it."""
    fence = "`" * max(3, _longest_run(code) + 1)
    return f"{fence}{language if language.isalnum() else 'text'}\n{code}\n{fence}"


def _longest_run(words: str) -> int:
    return max((len(run) for run in _TICKS.findall(words)), default=0)


def files(edition: Edition, page: Page, content: bytes) -> Iterator[File]:
    """The Markdown of a page and the JSON of what it lists; a list of several pages is rendered whole for them."""
    if not makes_twins(page):
        return
    whole = page.context.get("whole")
    if isinstance(whole, dict):
        content = render(page._replace(context={**page.context, **whole}), edition)
    address = page_address(page)
    back = links.root(twin_path(address, "md")).removeprefix("./")
    body = markdown(content.decode(), _resolver(links.root(page.path), back))
    ending = f"\n---\n\nAs of {edition.day.isoformat()}, from [this page]({f'{back}{address}' or './'}).\n"
    yield twin_path(address, "md"), f"{body}{ending}".encode()
    if page.template in list_json.MADE:
        yield twin_path(address, "json"), list_json.document(edition, page.template, page.context).encode()


def _resolver(root: str, back: str) -> Resolve:
    """Where the links of a page lead from its Markdown: to the Markdown of pages, and to everything else as it is."""

    def resolve(href: str) -> str:
        if _ELSEWHERE.match(href):
            return href
        if not href.startswith(root):
            return ""
        target = href.removeprefix(root).partition("#")[0]
        return back + (twin_path(list_address(target), "md") if not target or target.endswith("/") else target)

    return resolve


def markdown(page: str, resolve: Resolve) -> str:
    """The main part of a page; `resolve` gives the address a link has from there, or nothing to leave the link out.

    Templates are well-formed XML but for `<br>`, so that expat can read pages.
    """
    reader, parser = _Reader(resolve), expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, len(page)
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    main = page.partition(_MAIN)[2].partition("</main>")[0]
    parser.Parse(f"<main>{_NOT_XML.sub('', main).replace('<br>', '<br/>')}</main>", True)
    written = "".join(reader.parts).replace(_BREAK, " ")
    return _GAPS.sub("\n\n", written).strip().replace(_NEWLINE, "\n") + "\n"


class _Reader:
    """Writes each element as Markdown when it ends."""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve
        self.parts: list[str] = []  # of the innermost open element
        self.open: list[tuple[str, Attributes, list[str]]] = [("page", {}, self.parts)]
        self.hidden = 0
        self.ended = ""  # the element that was just closed, where nothing follows it yet

    def start(self, tag: str, attributes: Attributes) -> None:
        """Opens an element."""
        if self.hidden:
            self.hidden += 1
        elif tag in _VOID:
            self.parts.append(_BREAK if tag == "br" else "")
        elif tag not in _PLAIN and (
            tag in _LEFT_OUT or "data-without" in attributes or attributes.get("class") in _SCREEN
        ):
            self.hidden = 1
        else:
            if self.open[-1][0] == "li" and self.ended in _APART and tag in _APART:
                self.parts.append(" · ")
            self.ended = ""
            if tag not in _PLAIN:
                self.parts = []
                self.open.append((tag, attributes, self.parts))

    def end(self, tag: str) -> None:
        """Closes an element."""
        if self.hidden:
            self.hidden -= 1
        elif tag not in _VOID:
            self.ended = tag
            if tag not in _PLAIN:
                _, attributes, held = self.open.pop()
                within, _, self.parts = self.open[-1]
                self.parts.append(self._written(tag, attributes, "".join(held), within))

    def text(self, data: str) -> None:
        """Text, whose blanks collapse outside of code."""
        if self.hidden:
            return
        self.ended, within = "", self.open[-1][0]
        if within not in _HOLDERS:
            blanks = "\n" in data or "  " in data
            self.parts.append(data if within == "code" else text(_BLANKS.sub(" ", data) if blanks else data))

    def _written(self, tag: str, attributes: Attributes, inner: str, within: str) -> str:
        if tag == "a":
            href = attributes.get("href")
            return _link(inner, self.resolve(href) if href else "")
        if tag == "code":
            return inner if within == "pre" else span(inner)
        if tag in ("td", "th"):
            return _cell(inner, number="number" in attributes.get("class", ""))
        if tag == "tr":
            return _row(inner, head=within == "thead")
        write = _WRITERS.get(tag)
        return write(inner) if write else inner


def _block(begin: str = "", end: str = "") -> Callable[[str], str]:
    def write(inner: str) -> str:
        words = inner.strip()
        return f"\n\n{begin}{words if begin else _unlisted(words)}{end}\n\n" if words else ""

    return write


def _unlisted(words: str) -> str:
    """Words that do not begin a list."""
    return _LISTING.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", words)


def _link(inner: str, address: str) -> str:
    words = inner.strip()
    if not address or not words:
        return inner
    return f"[{words}]({address.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"


def _bold(inner: str) -> str:
    words = inner.strip()
    return f"**{words}**" if words else ""


@lru_cache(maxsize=1 << 16)
def _cell(inner: str, *, number: bool) -> str:
    """A cell on one line, what it lists with semicolons between."""
    lines = [_BULLET.sub("", line.strip()) for line in inner.split("\n") if line.strip()] if "\n" in inner else [inner]
    words = _BLANKS.sub(" ", "; ".join(lines)).strip()
    if _BREAK in words:
        words = "; ".join(filter(None, map(str.strip, words.replace(f"{_BREAK}`", " `").split(_BREAK))))
    return f"{_NUMBER if number else ''}{_BAR.sub(_ESCAPED_BAR, words)}{_CELL}"


def _row(inner: str, *, head: bool) -> str:
    cells = inner.split(_CELL)[:-1]
    line = f"| {' | '.join(cells)} |\n".replace(_NUMBER, "")
    if not head:
        return line
    return line + f"| {' | '.join('---:' if cell.startswith(_NUMBER) else '---' for cell in cells)} |\n"


def _item(inner: str) -> str:
    """An entry of a list; the blocks in it follow below, indented."""
    lines = [line for line in (line.rstrip() for line in inner.strip().split("\n")) if line]
    return f"{_ITEM}{_unlisted(lines[0])}\n" + "".join(f"  {line}\n" for line in lines[1:]) if lines else ""


def _numbered(inner: str) -> str:
    number = itertools.count(1)
    return f"\n\n{re.sub(_ITEM, lambda _: f'{next(number)}. ', inner)}\n\n"


def _fenced(inner: str) -> str:
    return fenced("text", inner.strip("\n")).replace("\n", _NEWLINE)


def _figure(inner: str) -> str:
    """Code with its language, or a picture by its caption."""
    _, language, code = inner.split(_LANGUAGE, 2) if inner.count(_LANGUAGE) >= 2 else ("", "", inner)
    if not code.strip():
        return f"\n\n*{language.strip()}*\n\n" if language else ""
    fence, _, rest = code.strip().partition("text")
    return f"\n\n{fence}{language if language.isalnum() else 'text'}{rest}\n\n"


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "h1": _block("# "), "h2": _block("## "), "h3": _block("### "), "h4": _block("#### "),
    "p": _block(), "caption": _block("*", "*"), "summary": _block("**", "**"), "b": _bold,
    "section": _block(), "details": _block(), "table": _block(),
    "li": _item, "ol": _numbered, "ul": lambda inner: f"\n\n{inner.replace(_ITEM, '- ')}\n\n",
    "dl": lambda inner: f"\n\n{inner.replace(_ITEM, '- ')}\n\n",
    "dt": lambda inner: f"{_ITEM}{_bold(inner)}: ", "dd": lambda inner: f"{_BLANKS.sub(' ', inner).strip()}\n",
    "pre": _fenced, "figure": _figure, "figcaption": lambda inner: f"{_LANGUAGE}{inner}{_LANGUAGE}",
}  # fmt: skip
