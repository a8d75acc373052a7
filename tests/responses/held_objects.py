"""Objects of other libraries, made by their own constructors: run by the Python of an environment that has these.

Prints, for each of the functions that are named on the command line, the object as JSON, and what it costs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ratecard import cost, usage
from ratecard.responses.objects import fields_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MODEL = "toy-1"


def openai_chat() -> Any:
    """A completion of which 300 tokens were read from a cache."""
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionMessage
    from openai.types.chat.chat_completion import Choice
    from openai.types.completion_usage import CompletionTokensDetails, PromptTokensDetails

    message = ChatCompletionMessage(role="assistant", content="hi")
    return ChatCompletion(
        id="c", object="chat.completion", created=1786000000, model=MODEL,
        choices=[Choice(index=0, finish_reason="stop", message=message)],
        usage=CompletionUsage(
            prompt_tokens=1000, completion_tokens=50, total_tokens=1050,
            prompt_tokens_details=PromptTokensDetails(cached_tokens=300, audio_tokens=0),
            completion_tokens_details=CompletionTokensDetails(reasoning_tokens=20, audio_tokens=0),
        ),
    )  # fmt: skip


def openai_response() -> Any:
    """A response of the same usage."""
    from openai.types.responses import Response

    return Response(
        id="r", object="response", created_at=1786000000, model=MODEL, output=[], parallel_tool_calls=True,
        tool_choice="auto", tools=[], usage=_responses_usage(),
    )  # fmt: skip


def _responses_usage() -> Any:
    from openai.types.responses import ResponseUsage

    into, out = _details()
    return ResponseUsage(
        input_tokens=1000, input_tokens_details=into, output_tokens=50, output_tokens_details=out, total_tokens=1050
    )


def _details() -> tuple[Any, Any]:
    from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

    return InputTokensDetails(cached_tokens=300, cache_write_tokens=0), OutputTokensDetails(reasoning_tokens=20)


def openai_embedding() -> Any:
    """An embedding of 1,000 tokens."""
    from openai.types import CreateEmbeddingResponse
    from openai.types.create_embedding_response import Usage

    return CreateEmbeddingResponse(
        object="list", model=MODEL, data=[], usage=Usage(prompt_tokens=1000, total_tokens=1000)
    )


def anthropic_message() -> Any:
    """A message that wrote to caches of both lifetimes."""
    from anthropic.types import CacheCreation, Message, TextBlock, Usage

    used = Usage(
        input_tokens=700, output_tokens=50, cache_read_input_tokens=300, cache_creation_input_tokens=1000,
        cache_creation=CacheCreation(ephemeral_5m_input_tokens=400, ephemeral_1h_input_tokens=600),
        service_tier="standard",
    )  # fmt: skip
    return Message(
        id="m", type="message", role="assistant", model=MODEL, content=[TextBlock(type="text", text="hi")],
        stop_reason="end_turn", stop_sequence=None, usage=used,
    )  # fmt: skip


def anthropic_usage() -> Any:
    """A usage of two numbers, which several APIs report alike."""
    from anthropic.types import Usage

    return Usage(input_tokens=700, output_tokens=50)


def google() -> Any:
    """A response that read from a cache and thought."""
    return _google()


def google_vertex() -> Any:
    """One of Vertex AI, which names its traffic."""
    from google.genai.types import TrafficType

    return _google(traffic_type=TrafficType.ON_DEMAND)


def _google(**more: Any) -> Any:
    from google.genai import types

    counted = types.ModalityTokenCount(modality=types.MediaModality.TEXT, token_count=1000)
    used = types.GenerateContentResponseUsageMetadata(
        prompt_token_count=1000, candidates_token_count=30, cached_content_token_count=300, thoughts_token_count=20,
        total_token_count=1050, prompt_tokens_details=[counted], **more,
    )  # fmt: skip
    return types.GenerateContentResponse(model_version=MODEL, candidates=[], usage_metadata=used)


def mistral() -> Any:
    """A completion by Mistral's client."""
    from mistralai.client import models

    used = models.UsageInfo(prompt_tokens=1000, completion_tokens=50, total_tokens=1050)
    return models.ChatCompletionResponse(
        id="m", object="chat.completion", created=1786000000, model=MODEL, choices=[], usage=used
    )


def cohere() -> Any:
    """A chat by Cohere's client, which names no model."""
    from cohere.types import AssistantMessageResponse, Usage, UsageBilledUnits, UsageTokens
    from cohere.v2.types import V2ChatResponse

    return V2ChatResponse(
        id="c", finish_reason="COMPLETE", message=AssistantMessageResponse(role="assistant", content=[]),
        usage=Usage(
            billed_units=UsageBilledUnits(input_tokens=1000, output_tokens=50),
            tokens=UsageTokens(input_tokens=1100, output_tokens=50),
        ),
    )  # fmt: skip


def langchain() -> Any:
    """A message of LangChain."""
    from langchain_core.messages import AIMessage

    return AIMessage(content="hi", response_metadata={"model_name": MODEL}, usage_metadata=langchain_usage())


def langchain_usage() -> Any:
    """The usage of one."""
    from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

    return UsageMetadata(
        input_tokens=1000, output_tokens=50, total_tokens=1050,
        input_token_details=InputTokenDetails(cache_read=300, audio=0),
        output_token_details=OutputTokenDetails(reasoning=20),
    )  # fmt: skip


def langchain_plain() -> Any:
    """A usage without details."""
    from langchain_core.messages.ai import UsageMetadata

    return UsageMetadata(input_tokens=1000, output_tokens=50, total_tokens=1050)


def pydantic_ai_response() -> Any:
    """A response of pydantic-ai, which names who answered and when."""
    from pydantic_ai.messages import ModelResponse, TextPart
    from pydantic_ai.usage import RequestUsage

    used = RequestUsage(input_tokens=1000, output_tokens=50, cache_read_tokens=300)
    return ModelResponse(
        parts=[TextPart("hi")], usage=used, model_name=MODEL, provider_name="google-gla", timestamp=NOON
    )


def pydantic_ai_run() -> Any:
    """The usage of a run of two requests."""
    from pydantic_ai.usage import RunUsage

    return RunUsage(
        requests=2, tool_calls=1, input_tokens=2000, output_tokens=100, cache_read_tokens=600,
        details={"reasoning_tokens": 40},
    )  # fmt: skip


def agents_run() -> Any:
    """The usage of a run of two calls of OpenAI's agents."""
    from agents import Usage

    into, out = _details()
    one = Usage(
        requests=1, input_tokens=1000, input_tokens_details=into, output_tokens=50, output_tokens_details=out,
        total_tokens=1050,
    )  # fmt: skip
    run = Usage()
    run.add(one)
    run.add(one)
    return run


def litellm() -> Any:
    """A response of LiteLLM in the shape of OpenAI's."""
    from litellm.types.utils import ModelResponse, Usage

    used = Usage(
        prompt_tokens=1000, completion_tokens=50, total_tokens=1050, prompt_tokens_details={"cached_tokens": 300}
    )
    return ModelResponse(id="c", model=MODEL, choices=[], usage=used, created=1786000000)


def litellm_anthropic() -> Any:
    """One that LiteLLM made of Anthropic's usage, by its own conversion."""
    from litellm.llms.anthropic.chat.transformation import AnthropicConfig
    from litellm.types.utils import ModelResponse

    used = AnthropicConfig().calculate_usage(
        {
            "input_tokens": 700, "output_tokens": 50, "cache_read_input_tokens": 300,
            "cache_creation_input_tokens": 1000,
            "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 600},
        },
        reasoning_content=None,
    )  # fmt: skip
    return ModelResponse(id="c", model=MODEL, choices=[], usage=used, created=1786000000)


#: The objects that one `Usage` cannot hold, since they wrote to caches of two lifetimes.
_APART = ("anthropic_message", "litellm_anthropic")
#: Those that are a usage without the response around it, and those that do not name their model.
_ALONE = ("anthropic_usage", "langchain_usage", "langchain_plain", "pydantic_ai_run", "agents_run")
_NAMELESS = ("cohere",)


def priced(name: str) -> dict[str, Any]:
    """What an object is as JSON, and what `cost` says of it, as a response or as a usage."""
    make: Callable[[], Any] = globals()[name]
    found = make()
    if name in _ALONE:
        said, model = cost(MODEL, usage=found, at=NOON), ""
    else:
        said = cost(MODEL if name in _NAMELESS else "", response=found, at=NOON)
        model = "" if name in _APART else usage(found).model
    return {"alone": name in _ALONE, "fields": fields_of(found), "read_model": model, **said.to_dict()}


if __name__ == "__main__":
    print(json.dumps({name: priced(name) for name in sys.argv[1:]}, default=str))
