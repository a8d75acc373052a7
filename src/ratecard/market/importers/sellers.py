"""What feeds say of sellers beside their prices: their names, and where and in which form calls go to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ratecard.market.evidence_files import SellerClaim
from ratecard.market.importers.claims import section
from ratecard.market.importers.modelsdev import fields, text, words

#: What the names of variables that hold a key have in them.
_KEY = ("KEY", "TOKEN")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?")


def of(feed: str, document: object) -> Iterator[SellerClaim]:
    """What a feed's document says of sellers, in the feed's own ids; nothing where it does not speak of them."""
    return iter(()) if feed not in _READERS else _READERS[feed](document)


def _modelsdev(document: object) -> Iterator[SellerClaim]:
    packages = section("modelsdev", "packages")
    for provider, seller in fields(document).items():
        said = fields(seller)
        base_url = _base_url(text(said.get("api")))
        package = text(said.get("npm"))
        calls = tuple(packages.get(package, ())) if base_url else ()
        yield SellerClaim(
            seller=provider,
            name=text(said.get("name")),
            url=text(said.get("doc")),
            base_url=base_url if calls else "",
            key_variable=_key_variable(words(said.get("env"))),
            endpoints=calls,
            apart=tuple(sorted(_apart(fields(said.get("models")), package))) if calls else (),
            key=f"{provider}.npm" if calls else "",
            value=package if calls else "",
        )


def _apart(models: Mapping[str, object], package: str) -> Iterator[str]:
    """The models that are called in another way than the rest of their seller's."""
    for model_id, model in models.items():
        own = fields(fields(model).get("provider"))
        if own and (text(own.get("npm")) != package or "api" in own or "shape" in own):
            yield model_id


def _base_url(address: str) -> str:
    """An address that can be called as it stands; nothing for one with places to fill in."""
    return address if _ADDRESS.fullmatch(address) else ""


def _key_variable(names: tuple[str, ...]) -> str:
    return next((name for name in names if _VARIABLE.fullmatch(name) and any(part in name for part in _KEY)), "")


_READERS: Mapping[str, Callable[[object], Iterator[SellerClaim]]] = {"models-dev": _modelsdev}
