"""A feed's entries as the catalog's files of claims, and what changed against those that are there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ratecard.cards.layout import EVIDENCE
from ratecard.core import decimals
from ratecard.core.errors import BadFeed
from ratecard.core.records import Meter
from ratecard.market import evidence_files, identity
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
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined
from ratecard.market.merge import OfferKey

#: A new import that has fewer claims than this share of the old one is refused without a word from a person.
LEAST_SHARE = 0.8

UNBELIEVABLE = "not believable for what it counts: probably a wrong unit"

NO_METERS: Mapping[str, Meter] = {}

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")


class Intake(NamedTuple):
    """What a feed would put into the catalog: its files by name, and counts for the report."""

    files: Mapping[str, str]
    entries: int
    claims: int
    quarantined: Mapping[str, int]
    offers: tuple[OfferKey, ...] = ()


class ClaimChange(NamedTuple):
    """A claim that is new, gone or at another price."""

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
) -> Intake:
    """The files that entries make, the same whatever order they come in, and what is said of their sellers.

    A price beyond the bounds of its meter, as `meters` give them, is held back.
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
        believed = [claim for claim in entry.claims if _is_believable(claim, meters)]
        prices.setdefault(seller, []).extend(_price(entry, claim, model_id) for claim in believed)
        doubted = [claim for claim in entry.claims if not _is_believable(claim, meters)]
        refused = [*entry.quarantined, *(Quarantined(claim.key, claim.value, UNBELIEVABLE) for claim in doubted)]
        held_back += [(seller, model_id, f"{entry.key} {item.key}", *item[1:]) for item in refused]
    files = {f"{seller}{PRICES}": evidence_files.price_text(found) for seller, found in prices.items()}
    files |= {f"{seller}{MODELS}": evidence_files.model_text(found) for seller, found in models.items()}
    files[QUARANTINE] = evidence_files.quarantine_text(held_back)
    # Of several that are one seller, the first by the feed's own id speaks for it.
    named = {_seller(rows, said.seller): said for said in sorted(sellers, reverse=True)}
    if named:
        files[SELLERS] = evidence_files.seller_text(
            _seller_claim(rows, seller, said) for seller, said in named.items() if seller in models
        )
    claims = sum(len(found) for found in prices.values())
    offers = {OfferKey(seller, model.model_id.lower()) for seller, found in models.items() for model in found}
    why = Counter(row[-1] for row in held_back)
    return Intake(dict(sorted(files.items())), count, claims, why, tuple(sorted(offers)))


def changes(root: Path, feed: str, fresh: Intake) -> list[ClaimChange]:
    """What an import would change, in order."""
    before, after = _lines(_present(root, feed)), _lines(fresh.files)
    return sorted(
        ClaimChange(*key, before.get(key, ""), after.get(key, ""))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    )


def write(root: Path, feed: str, fresh: Intake, version: str, seen: date) -> bool:
    """Puts the files in place of the old ones in one step; False where nothing changed.

    What the feed no longer lists is kept beside them. Where version and day are those of the last
    import the feed cannot have dropped anything: what is missing is then read differently, not gone.

    Raises `BadFeed` where the feed has shrunk so much that something must be wrong with it.
    """
    present = _present(root, feed)
    claims = sum(text.count("\n") - 1 for name, text in present.items() if name.endswith(PRICES))
    if fresh.claims < claims * LEAST_SHARE:
        raise BadFeed(f"{feed}: {fresh.claims} prices, where {claims} were imported before; nothing was changed")
    last = _stamped(root, feed)
    dropped_on = date.fromisoformat(last[1]) if last and last != (version, seen.isoformat()) else None
    files = {**fresh.files, **_removed(present, fresh.files, dropped_on)}
    if present != files:
        _put(root / EVIDENCE / feed, files)
    stamped = _stamp(root, feed, version, seen)  # last, so that an import that was cut off can be run again
    return stamped or present != files


def _removed(present: Mapping[str, str], fresh: Mapping[str, str], last_seen: date | None) -> dict[str, str]:
    """The files of removed claims after an import, each claim with the day it was last seen.

    Claims that came back are taken out; claims that the feed had on `last_seen` and lacks now are added
    (none if that is None). A file without rows is left out.
    """
    listed = _listed(fresh)
    files: dict[str, str] = {}
    for name, suffix in ((REMOVED, PRICES), (REMOVED_MODELS, MODELS)):
        rows = cells(present.get(name, ""))
        if last_seen:
            rows += [(seller, row[0], last_seen.isoformat(), *row[1:]) for seller, row in _claim_rows(present, suffix)]
        gone = [row for row in rows if (row[0], row[1].lower()) not in listed]
        if gone:
            files[name] = removed_text(suffix, gone)
    return files


def _listed(files: Mapping[str, str]) -> set[tuple[str, str]]:
    """The seller and lower-case model id of every listed model."""
    return {(seller, row[0].lower()) for seller, row in _claim_rows(files, MODELS)}


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
        _exchange(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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
        model_id, claim.meter, claim.when, claim.above, claim.effective, claim.price, claim.per, claim.minimum, key,
        claim.value,
    )  # fmt: skip


def _model(entry: FeedEntry, model_id: str) -> ModelClaim:
    facts: FeedFacts = entry.facts
    return ModelClaim(
        model_id, facts.name, facts.family, facts.modality, facts.input_modalities, facts.output_modalities,
        facts.context_tokens, facts.max_output_tokens, facts.released, facts.retired, facts.weights,
        facts.capabilities, entry.periods, facts.source,
    )  # fmt: skip


def _seller_claim(rows: Identity, seller: str, said: SellerClaim) -> SellerClaim:
    apart = {identity.bare_id(rows, seller, said.seller, model_id) for model_id in said.apart}
    return said._replace(seller=seller, apart=tuple(sorted(apart)))


def _present(root: Path, feed: str) -> dict[str, str]:
    folder = root / EVIDENCE / feed
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.tsv"))}


def _lines(files: Mapping[str, str]) -> dict[tuple[str, str, str], str]:
    """Each price of some files by what it is of."""
    found: dict[tuple[str, str, str], str] = {}
    for name, text in files.items():
        if name.endswith(PRICES):
            found |= dict(_prices(name.removesuffix(PRICES), text))
    return found


def _prices(seller: str, text: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    for line in text.splitlines()[1:]:
        model_id, meter, when, above, effective, price, per, minimum, *_ = line.split("\t")
        of = [meter, when, above and f"above {above}", effective and f"from {effective}"]
        least = f", at least {minimum}" if minimum else ""
        yield (seller, model_id, " ".join(filter(None, of))), f"{price} per {per or 1}{least}"


def _stamp(root: Path, feed: str, version: str, seen: date) -> bool:
    """Notes version and day of a feed in feeds.yaml; False where they stand there already."""
    file = root / "feeds.yaml"
    text = file.read_text(encoding="utf-8")
    stamped = _stamp_of(feed).sub(rf"\g<1>{version}\g<3>{seen.isoformat()}", text)
    if stamped != text:
        file.write_text(stamped, encoding="utf-8")
    return stamped != text


def _stamped(root: Path, feed: str) -> tuple[str, str] | None:
    """Version and day of the feed's data that are in the catalog, or None for a feed that feeds.yaml lacks."""
    found = _stamp_of(feed).search((root / "feeds.yaml").read_text(encoding="utf-8"))
    return (found[2], found[4]) if found else None


def _stamp_of(feed: str) -> re.Pattern[str]:
    return re.compile(rf"(^{re.escape(feed)}:\n.*?version: )([^,]+)(, seen: )([0-9-]+)", re.MULTILINE)


def _exchange(draft: Path, folder: Path) -> None:
    aside = draft.with_name(f"{draft.name}-old")
    if folder.exists():
        os.rename(folder, aside)
    os.rename(draft, folder)
    shutil.rmtree(aside, ignore_errors=True)
