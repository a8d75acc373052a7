"""Ratecard inside LiteLLM's Router: of a group's deployments, the one whose offer is cheapest for this very request.

    OPENAI_API_KEY=… DEEPSEEK_API_KEY=… python litellm_hook.py "Why is the sky blue?"

Keys, retries, cooling down and logs stay LiteLLM's. In a proxy, name the hook under `litellm_settings: callbacks`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import litellm
from litellm.integrations.custom_logger import CustomLogger

from ratecard import open_catalog, route
from ratecard.core.catalog import Catalog
from ratecard.routing.gateways import best, chain_as

OUTPUT_TOKENS = 500


class CheapestThatDoes(CustomLogger):
    """Leaves one of the deployments that LiteLLM finds healthy; their ids are seller/model_id, as in `chain_as`."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        super().__init__()
        self.catalog = catalog or open_catalog()

    async def async_filter_deployments(
        self,
        model: str,
        healthy_deployments: list[Any],
        messages: list[Any] | None,
        request_kwargs: dict[str, Any] | None = None,
        parent_otel_span: Any = None,
    ) -> list[Any]:
        """The deployment of the cheapest offer that takes what is sent; none where none does."""
        by_offer = {deployment["model_info"]["id"]: deployment for deployment in healthy_deployments}
        found = route(
            inputs=sent(messages or []),
            outputs=["text"],
            sellers={offer.partition("/")[0] for offer in by_offer},
            input_tokens=litellm.token_counter(model="gpt-4o", messages=messages),
            output_tokens=(request_kwargs or {}).get("max_tokens", OUTPUT_TOKENS),
            catalog=self.catalog,
        )
        offers = (f"{choice.seller}/{choice.model_id}" for choice in best(found))
        return [by_offer[offer] for offer in offers if offer in by_offer][:1]


def sent(messages: list[Any]) -> set[str]:
    """The kinds of input in messages: a text is sent always, an image where a part of a message is one."""
    parts = [part for message in messages if isinstance(message["content"], list) for part in message["content"]]
    return {"text"} | {"image" for part in parts if part["type"] == "image_url"}


def router(sellers: list[str], most: int = 20) -> litellm.Router:
    """A router with one group, `auto`: the offers that take and give text at these sellers, the cheapest ones."""
    catalog = open_catalog()
    found = route(inputs=["text"], outputs=["text"], sellers=sellers, input_tokens=1_000, output_tokens=OUTPUT_TOKENS)
    config = chain_as("litellm", best(found, most), catalog).config
    assert isinstance(config, dict)
    litellm.callbacks = [CheapestThatDoes(catalog)]
    group = [{**deployment, "model_name": "auto"} for deployment in config["model_list"]]
    return litellm.Router(model_list=group, num_retries=2, retry_after=0, allowed_fails=0)


async def main(prompt: str) -> None:
    """Answers a prompt, and says on stderr which offer did."""
    answer = await router(["openai", "deepseek"]).acompletion(
        model="auto", messages=[{"role": "user", "content": prompt}], max_tokens=OUTPUT_TOKENS
    )
    print(answer.choices[0].message.content)
    print(answer._hidden_params["model_id"], file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
