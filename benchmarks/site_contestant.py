"""Model pages and nothing else, in a process of their own.

`python site_contestant.py values FOLDER OUT PROCESSES` fills the template with values that were made before;
`python site_contestant.py database FILE OUT PROCESSES` makes the values too. PROCESSES is a number or `all`.
"""

from __future__ import annotations

import functools
import gc
import pickle
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from ratecard.database import store
from ratecard.site import pages, rendering, workers
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.publish import SiteDraft, drafted
from ratecard.site.views.model import model_page

DAY = date(2026, 11, 21)
Pages = Iterator[tuple[str, bytes]]


def from_values(folder: Path) -> list[Callable[[], Pages]]:
    """The pages of each file of values, in which linked data is the text of JSON already, as it is for Hugo."""
    rendering.environment().policies["json.dumps_function"] = lambda text, **given: text

    def filled(file: Path) -> Pages:
        for page in pickle.loads(file.read_bytes()):
            yield page.path, rendering.filled(page.template, page.context).encode()

    return [functools.partial(filled, file) for file in sorted(folder.iterdir())]


def from_database(db: Path) -> list[Callable[[], Pages]]:
    """The pages of each hundred models."""
    edition = Edition.of(store.read(db), DAY, SiteConfig())
    cards = pages.cards(edition)

    def filled(at: int) -> Pages:
        for card in cards[at : at + 100]:
            page = next(pages.of_model(edition, card, model_page(edition, card)))
            yield page.path, rendering.render(page, edition)

    return [functools.partial(filled, at) for at in range(0, len(cards), 100)]


def written(share: Callable[[], Pages], draft: SiteDraft) -> None:
    for name, content in share():
        draft.put(name, content)


def main(kind: str, source: str, out: str, processes: str) -> None:
    gc.disable()
    shares = (from_values if kind == "values" else from_database)(Path(source))
    with drafted(Path(out)) as draft:
        count = workers.processors() if processes == "all" else int(processes)
        workers.done([functools.partial(written, share, draft) for share in shares], count)


if __name__ == "__main__":
    main(*sys.argv[1:])
