"""Ratecard in front of the OpenAI SDK: the cheapest offer that does is asked, and when it fails the next one.

    OPENAI_API_KEY=… DEEPSEEK_API_KEY=… python openai_client.py "Why is the sky blue?"

OPENAI_BASE_URL, DEEPSEEK_BASE_URL and so on send calls to other addresses than the catalog's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import openai

from ratecard import open_catalog, route
from ratecard.responses.charge import charge
from ratecard.responses.report import report
from ratecard.routing.gateways import chain, goes_on
from ratecard.routing.question import Choice

Answer = TypeVar("Answer")

CATALOG = open_catalog()


def clients() -> dict[str, openai.OpenAI]:
    """A client for every seller that speaks OpenAI's API and whose key is in the environment."""
    return {
        seller.id: openai.OpenAI(
            api_key=os.environ[seller.key_variable],
            base_url=os.environ.get(f"{seller.id.upper()}_BASE_URL", seller.base_url),
            max_retries=0,  # trying again is what the chain is for
            timeout=float(os.environ.get("TIMEOUT", "60")),
        )
        for seller in CATALOG.sellers.values()
        if seller.base_url and os.environ.get(seller.key_variable)
    }


def ask(
    offers: Iterable[Choice], at: Mapping[str, openai.OpenAI], call: Callable[[openai.OpenAI, str], Answer]
) -> tuple[Choice, Answer]:
    """The first offer that answers a call, with its answer.

    A failure that the seller's table of errors calls passing leads on to the next offer, as does silence; any
    other is raised, since it would be the same elsewhere. Raises an `ExceptionGroup` where no offer answers.
    """
    failures: list[Exception] = []
    for choice in offers:
        try:
            return choice, call(at[choice.seller], choice.model_id)
        except openai.APIConnectionError as failure:  # a timeout is one
            failures.append(failure)
        except openai.APIStatusError as failure:
            if not goes_on(CATALOG.sellers[choice.seller], failure.status_code):
                raise
            failures.append(failure)
    raise ExceptionGroup("no offer answered", failures)


def main(prompt: str) -> None:
    """Answers a prompt, and says on stderr which offer did and what it cost."""
    at = clients()
    if not at:
        raise SystemExit("no key: set OPENAI_API_KEY or another seller's")
    size = len(prompt.encode())  # no text has more tokens than bytes
    offers = chain(route(inputs=["text"], outputs=["text"], sellers=at, input_tokens=size, output_tokens=500))
    choice, answer = ask(
        offers,
        at,
        lambda client, model: client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": prompt}], max_completion_tokens=500
        ),
    )
    bill = charge(CATALOG, report(answer.model_dump()), model=choice.model_id, seller=choice.seller).cost
    print(answer.choices[0].message.content)
    print(f"{choice.slug} at {choice.seller}: {bill.total} {bill.currency}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
