"""One library in a process of its own: says what it answers, then runs as many calls as it is told to.

`python contestant.py LIBRARY` prints a line of JSON, the calls it knows by case and name with what each answers,
or why it cannot. Then for each line `CASE<tab>NAME<tab>CALLS` on its input it runs the calls and prints the
seconds; for CALLS `?` it prints how many bytecode instructions one call takes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, TextIO

from usages import CASES, Case

Calls = dict[str, Callable[[], Any]]


def decimal_floor(case: Case) -> Calls:
    """What is left when everything is left out: a price looked up, a multiplication for each kind of token."""
    from decimal import Decimal

    prices = {known.model: tuple(Decimal(text) / 1_000_000 for text in known.prices) for known in CASES.values()}
    if case.cache_write:

        def floor(model: str, fresh: int, read: int, write: int, out: int) -> Decimal:
            one, two, three, four = prices[model]
            return one * fresh + two * read + three * write + four * out

        return {"Decimal floor": lambda: floor(case.model, case.input, case.cache_read, case.cache_write, case.output)}

    def three(model: str, fresh: int, read: int, out: int) -> Decimal:
        one, two, _, four = prices[model]
        return one * fresh + two * read + four * out

    return {"Decimal floor": lambda: three(case.model, case.input, case.cache_read, case.output)}


def ratecard(case: Case) -> Calls:
    from ratecard import cost, open_catalog
    from ratecard.core import moments
    from ratecard.core.usage import usage_of
    from ratecard.pricing.cost import cost_of

    name = f"{case.maker}/{case.model}"
    words = {"input_tokens": case.input, "cache_read_tokens": case.cache_read, "output_tokens": case.output}
    if case.cache_write:
        words["cache_write_tokens"] = case.cache_write
    catalog = open_catalog()

    def anew() -> Any:
        return cost_of(catalog, name, usage_of(catalog.vocabulary, words), None, moments.moment(None)).total

    return {"ratecard cost": lambda: cost(name, **words).total, "ratecard, no terms ready": anew}


def genai_prices(case: Case) -> Calls:
    from genai_prices import Usage, calc_price

    counts = {
        "input_tokens": case.input + case.cache_read + case.cache_write,
        "cache_read_tokens": case.cache_read,
        "cache_write_tokens": case.cache_write,
        "output_tokens": case.output,
    }
    built = Usage(**counts)
    asked = {"model_ref": case.model, "provider_id": case.maker}
    return {
        "genai-prices calc_price, usage prebuilt": lambda: calc_price(built, **asked).total_price,
        "genai-prices calc_price": lambda: calc_price(Usage(**counts), **asked).total_price,
    }


def litellm(case: Case) -> Calls:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    from litellm import completion_cost, cost_per_token
    from litellm.types.utils import ModelResponse, PromptTokensDetailsWrapper, Usage

    model = f"gemini/{case.model}" if case.maker == "google" else case.model
    prompt = case.input + case.cache_read + case.cache_write
    written = {"cache_creation_input_tokens": case.cache_write} if case.cache_write else {}
    built = Usage(
        prompt_tokens=prompt,
        completion_tokens=case.output,
        total_tokens=prompt + case.output,
        prompt_tokens_details=PromptTokensDetailsWrapper(cached_tokens=case.cache_read),
        **written,
    )
    response = ModelResponse(model=model, usage=built)
    return {
        "litellm cost_per_token": lambda: sum(cost_per_token(model=model, usage_object=built)),
        "litellm completion_cost": lambda: completion_cost(response, model=model),
    }


def tokencost(case: Case) -> Calls:
    from tokencost import calculate_cost_by_tokens as priced

    def total() -> Any:
        fresh = priced(case.input, case.model, "input") + priced(case.cache_read, case.model, "cached")
        return fresh + priced(case.output, case.model, "output")

    return {"tokencost": total}


#: By library, the calls it makes; each answers a total.
CALLS = {
    "floor": decimal_floor,
    "ratecard": ratecard,
    "genai-prices": genai_prices,
    "litellm": litellm,
    "tokencost": tokencost,
}


def main(library: str) -> None:
    """Serves one library's calls on the standard streams."""
    out = quiet()
    serve({(title, name): job for title, case in CASES.items() for name, job in CALLS[library](case).items()}, out)


def quiet() -> TextIO:
    """The standard output for answers alone: what a library prints is none, and goes to the errors."""
    out, sys.stdout = sys.stdout, sys.stderr
    return out


def serve(jobs: Mapping[tuple[str, str], Callable[[], Any]], out: TextIO) -> None:
    """Says what each job answers, then runs them as it is told to."""
    print(json.dumps([[*key, _answer(job)] for key, job in jobs.items()]), file=out, flush=True)
    for line in sys.stdin:
        title, name, calls = line.rstrip("\n").split("\t")
        job = jobs[title, name]
        print(_instructions(job) if calls == "?" else _seconds(job, int(calls)), file=out, flush=True)


def _answer(job: Callable[[], Any]) -> str:
    try:
        return str(job())
    except KeyError:
        return "does not know the model"


def _seconds(job: Callable[[], Any], calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        job()
    return time.process_time() - start


def _instructions(job: Callable[[], Any]) -> int:
    """How many bytecode instructions a call takes, apart from that which makes it; the least of a few."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    counts = []
    for _ in range(5):
        count = 0
        sys.settrace(trace)
        try:
            job()
        finally:
            sys.settrace(None)
        counts.append(count)
    return min(counts)


if __name__ == "__main__":
    main(sys.argv[1])
