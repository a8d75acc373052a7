"""The sellers as feeds describe them: their names, base URLs and call formats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ratecard.market.evidence_files import SellerClaim
from ratecard.market.importers.claims import section
from ratecard.market.importers.entry_values import fields, text, words

#: An environment variable that holds a key.
_KEY = re.compile(r"(?=.*(KEY|TOKEN))[A-Za-z_][A-Za-z0-9_]*")
#: An address that can be called as written; one with placeholders cannot.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?")


def of(feed: str, parsed: object) -> Iterator[SellerClaim]:
    """The sellers in a feed's document, by the feed's own ids; only models.dev describes any."""
    if feed != "models-dev":
        return
    packages = section("modelsdev", "packages")
    for provider, seller in fields(parsed).items():
        said = fields(seller)
        address, package = text(said.get("api")), text(said.get("npm"))
        calls = tuple(packages.get(package, ())) if _ADDRESS.fullmatch(address) else ()
        yield SellerClaim(
            seller=provider,
            name=text(said.get("name")),
            url=text(said.get("doc")),
            base_url=address if calls else "",
            key_variable=next(filter(_KEY.fullmatch, words(said.get("env"))), ""),
            endpoints=calls,
            apart=tuple(sorted(_apart(fields(said.get("models")), package))) if calls else (),
            key=f"{provider}.npm" if calls else "",
            value=package if calls else "",
        )


def _apart(models: Mapping[str, object], package: str) -> Iterator[str]:
    """The models that are called differently from the rest of their seller's."""
    for model_id, model in models.items():
        own = fields(fields(model).get("provider"))
        if own and (text(own.get("npm")) != package or "api" in own or "shape" in own):
            yield model_id
