"""Writes a feed's entries to the catalog's files of claims, and lists the changes to those files."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ratecard.cards.layout import EVIDENCE
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadFeed
from ratecard.core.records import Feed, Meter
from ratecard.market import evidence_files, identity, slips, units
from ratecard.market.evidence_files import (
    MODELS,
    PRICES,
    QUARANTINE,
    REMOVED,
    REMOVED_MODELS,
    SELLERS,
    Cells,
    ModelClaim,
    PriceClaim,
    SellerClaim,
    cells,
    removed_text,
)
from ratecard.market.identity import Identity
from ratecard.market.importers.claims import BlockRow, restated
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined
from ratecard.market.listings import OfferKey
from ratecard.market.units import Block

#: An import with fewer claims than this share of the previous one is refused.
LEAST_SHARE = 0.8

UNBELIEVABLE = "not believable for what it counts: probably a wrong unit"

ZERO_LEFT = "a zero beside prices that are all set aside"

NO_METERS: Mapping[str, Meter] = {}

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")


class Intake(NamedTuple):
    """The files that a feed would write, by name, and counts for the report."""

    files: Mapping[str, str]
    entries: int
    claims: int
    quarantined: Mapping[str, int]
    offers: tuple[OfferKey, ...] = ()


class ClaimChange(NamedTuple):
    """A claim that is added, removed or repriced."""

    seller: str
    model_id: str
    what: str
    before: str
    after: str


def intake(
    entries: Iterable[FeedEntry],
    rows: Identity,
    meters: Mapping[str, Meter] = NO_METERS,
    sellers: Iterable[SellerClaim] = (),
    blocks: Sequence[BlockRow] = (),
) -> Intake:
    """The files of entries and sellers, whatever the order of the entries.

    A price is quarantined if it is of a block that is rejected, beyond the bounds of its meter in `meters`, or shown to
    be wrong by the rest of its entry.
    """
    prices: dict[str, list[PriceClaim]] = {}
    models: dict[str, list[ModelClaim]] = {}
    held_back: list[tuple[str, ...]] = []
    count = 0
    for entry in entries:
        count += 1
        seller = _seller(rows, entry.provider)
        model_id = identity.bare_id(rows, seller, entry.provider, entry.model_id) or "unnamed"
        if entry.is_model:
            models.setdefault(seller, []).append(_model(entry, model_id))
        believed, doubted = _judged(entry, blocks, meters)
        prices.setdefault(seller, []).extend(_price(entry, claim, model_id) for claim in believed)
        refused = [*entry.quarantined, *doubted]
        held_back += [(seller, model_id, f"{entry.key} {item.key}", *item[1:]) for item in refused]
    files = {f"{seller}{PRICES}": evidence_files.price_text(found) for seller, found in prices.items()}
    files |= {f"{seller}{MODELS}": evidence_files.model_text(found) for seller, found in models.items()}
    files[QUARANTINE] = evidence_files.quarantine_text(held_back)
    # Where several entries are one seller, the first by the feed's own id is taken.
    named = {_seller(rows, said.seller): said for said in sorted(sellers, reverse=True)}
    if named:
        files[SELLERS] = evidence_files.seller_text(
            said._replace(
                seller=seller,
                apart=tuple(sorted({identity.bare_id(rows, seller, said.seller, model) for model in said.apart})),
            )
            for seller, said in named.items()
            if seller in models
        )
    claims = sum(len(found) for found in prices.values())
    offers = {OfferKey(seller, model.model_id.lower()) for seller, found in models.items() for model in found}
    why = Counter(row[-1] for row in held_back)
    return Intake(dict(sorted(files.items())), count, claims, why, tuple(sorted(offers)))


def changes(root: Path, feed: str, fresh: Intake) -> list[ClaimChange]:
    """The changes that an import would make, in order."""
    before, after = _lines(_present(root, feed)), _lines(fresh.files)
    return sorted(
        ClaimChange(*key, before.get(key, ""), after.get(key, ""))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    )


def wrong_units(catalog: Catalog, root: Path, feed: str, fresh: Intake, seen: date) -> list[Block]:
    """The blocks of an import whose prices are in another unit than what cards and other feeds state."""
    said: dict[OfferKey, list[PriceClaim]] = {}
    for name, text in fresh.files.items():
        if name.endswith(PRICES):
            for claim in evidence_files.parsed_prices(text):
                key = OfferKey(name.removesuffix(PRICES), claim.model_id.lower())
                said.setdefault(key, []).append(claim)
    of = catalog.feeds.get(feed, Feed(feed, feed, "", seen, "", "", 0))._replace(seen=seen)
    return units.judged(units.of_feeds(catalog, root, of, said), feed)


def write(root: Path, feed: str, fresh: Intake, version: str, seen: date) -> bool:
    """Replaces the old files in one step; False if nothing changed.

    Claims that the feed no longer lists are kept in files of their own. If version and day are those of
    the last import, the feed is the same and a missing claim is one that is now read differently.

    Raises `BadFeed` if the feed has shrunk below `LEAST_SHARE`.
    """
    present = _present(root, feed)
    claims = sum(text.count("\n") - 1 for name, text in present.items() if name.endswith(PRICES))
    if fresh.claims < claims * LEAST_SHARE:
        raise BadFeed(f"{feed}: {fresh.claims} prices, where {claims} were imported before; nothing was changed")
    feeds = root / "feeds.yaml"
    before = feeds.read_text(encoding="utf-8")
    stamp = re.compile(rf"(^{re.escape(feed)}:\n.*?version: )([^,]+)(, seen: )([0-9-]+)", re.MULTILINE)
    last = stamp.search(before)
    dropped_on = date.fromisoformat(last[4]) if last and last.group(2, 4) != (version, seen.isoformat()) else None
    files = {**fresh.files, **_removed(present, fresh.files, dropped_on)}
    if present != files:
        _put(root / EVIDENCE / feed, files)
    after = stamp.sub(rf"\g<1>{version}\g<3>{seen.isoformat()}", before)
    if after != before:
        feeds.write_text(after, encoding="utf-8")  # last, so that an interrupted import can be run again
    return (before, present) != (after, files)


def _removed(present: Mapping[str, str], fresh: Mapping[str, str], last_seen: date | None) -> dict[str, str]:
    """The files of removed claims after an import, each claim with the day it was last seen.

    Claims that the feed lists again are taken out; claims that it had on `last_seen` and lacks now are
    added (none if that is None). A file without rows is left out.
    """
    listed = {(seller, row[0].lower()) for seller, row in _claim_rows(fresh, MODELS)}
    files: dict[str, str] = {}
    for name, suffix in ((REMOVED, PRICES), (REMOVED_MODELS, MODELS)):
        rows = cells(present.get(name, ""))
        if last_seen:
            rows += [(seller, row[0], last_seen.isoformat(), *row[1:]) for seller, row in _claim_rows(present, suffix)]
        gone = [row for row in rows if (row[0], row[1].lower()) not in listed]
        if gone:
            files[name] = removed_text(suffix, gone)
    return files


def _claim_rows(files: Mapping[str, str], suffix: str) -> Iterator[tuple[str, Cells]]:
    for name, text in files.items():
        if name.endswith(suffix):
            yield from ((name.removesuffix(suffix), row) for row in cells(text))


def _put(folder: Path, files: Mapping[str, str]) -> None:
    folder.parent.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8")
        old = draft.with_name(f"{draft.name}-old")
        if folder.exists():
            os.rename(folder, old)
        os.rename(draft, folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _judged(
    entry: FeedEntry, blocks: Sequence[BlockRow], meters: Mapping[str, Meter]
) -> tuple[list[FeedClaim], list[Quarantined]]:
    """An entry's claims in the units of their blocks, and those that are rejected."""
    stated: list[FeedClaim] = []
    refused: list[Quarantined] = []
    for claim in entry.claims:
        row = next((row for row in blocks if row.holds(entry.provider, entry.model_id, claim)), None)
        right = restated(row, claim) if row and claim.price else claim
        why = row.why if row and right is None else "" if right and _is_believable(right, meters) else UNBELIEVABLE
        if why or right is None:
            refused.append(Quarantined(claim.key, claim.value, why))
        else:
            stated.append(right)
    found = list(zip(stated, slips.reasons(entry.model_id, stated), strict=True))
    refused += [Quarantined(claim.key, claim.value, why) for claim, why in found if why]
    left = [claim for claim, why in found if not why]
    if refused and not any(claim.price for claim in left):
        refused += [Quarantined(claim.key, claim.value, ZERO_LEFT) for claim in left]
        left = []
    return left, refused


def _is_believable(claim: FeedClaim, meters: Mapping[str, Meter]) -> bool:
    meter = meters.get(claim.meter)
    price = decimals.divide(claim.price, Decimal(claim.per))
    return meter is None or not price or meter.bounds[0] <= price <= meter.bounds[1]


def _seller(rows: Identity, provider: str) -> str:
    seller = identity.seller_of(rows, provider).replace("/", "-")
    return seller if _SAFE_NAME.fullmatch(seller) else "unnamed"


def _price(entry: FeedEntry, claim: FeedClaim, model_id: str) -> PriceClaim:
    key = claim.key if entry.key in (entry.model_id, model_id) else f"{entry.key} {claim.key}"
    return PriceClaim(
        model_id, claim.meter, claim.when, claim.above, claim.effective, decimals.shortened(claim.price), claim.per,
        claim.minimum, key, claim.value,
    )  # fmt: skip


def _model(entry: FeedEntry, model_id: str) -> ModelClaim:
    facts: FeedFacts = entry.facts
    return ModelClaim(
        model_id, facts.name, facts.family, facts.modality, facts.input_modalities, facts.output_modalities,
        facts.context_tokens, facts.max_output_tokens, facts.released, facts.retired, facts.weights,
        facts.capabilities, entry.periods, facts.source,
    )  # fmt: skip


def _present(root: Path, feed: str) -> dict[str, str]:
    folder = root / EVIDENCE / feed
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.tsv"))}


def _lines(files: Mapping[str, str]) -> dict[tuple[str, str, str], str]:
    """The prices in files, by seller, model and meter with its conditions."""
    found: dict[tuple[str, str, str], str] = {}
    for seller, row in _claim_rows(files, PRICES):
        model_id, meter, when, above, effective, price, per, minimum, *_ = row
        of = [meter, when, above and f"above {above}", effective and f"from {effective}"]
        least = f", at least {minimum}" if minimum else ""
        found[seller, model_id, " ".join(filter(None, of))] = f"{price} per {per or 1}{least}"
    return found
