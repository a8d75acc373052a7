"""What each parameter of an OpenAI-style request decides about its cost, one row each.

The rows are for whoever reads requests: a forecast asks which meter or fact a parameter stands for; what
a request needs of a model can be joined to the same rows by endpoint and name. Names are those of the
library `pkg:pypi/openai@3.52.0`, and where a row says so those of other makers' calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

CHAT = "chat/completions"
RESPONSES = "responses"
COMPLETIONS = "completions"
EMBEDDINGS = "embeddings"
GENERATIONS = "images/generations"
EDITS = "images/edits"
SPEECH = "audio/speech"
TRANSCRIPTIONS = "audio/transcriptions"
TRANSLATIONS = "audio/translations"
VIDEOS = "videos"

WRITING = (CHAT, RESPONSES, COMPLETIONS)
DRAWING = (GENERATIONS, EDITS)
#: The calls whose texts are messages, with marks around each.
FRAMED = (CHAT, RESPONSES)
LISTENING = (TRANSCRIPTIONS, TRANSLATIONS)
EVERY = (*WRITING, EMBEDDINGS, *DRAWING, SPEECH, *LISTENING, VIDEOS)

#: What a parameter decides.
MODEL = "model"
TEXT = "text"  # text that goes in
ITEMS = "items"  # messages, or other items, with their content
DEFINITIONS = "definitions"  # tools and schemas that the model is told of
COPIES = "copies"  # how many answers, images or videos come out
OUTPUT_LIMIT = "output limit"
TOOL_LIMIT = "tool limit"
OUTPUTS = "outputs"  # which kinds of output come out
FACT = "fact"
IMAGES_IN = "images in"
MASK_IN = "mask in"
AUDIO_IN = "audio in"
SEARCH = "search"  # the web is searched before the answer
UNSEEN = "unseen"  # input that the request only points to
EXTRA = "extra"  # charged, but not to be foreseen from the request
NO_COST = "no cost"


class Parameter(NamedTuple):
    """One parameter: where it is used, what it decides and how its value is written.

    `form` is one of `FORMS`. `words` are the facts or meters it stands for, the first that fits its value.
    `means` says in our words what some values mean: `OPEN` that the seller chooses, nothing that the price
    is the one without this fact.
    """

    name: str
    endpoints: tuple[str, ...]
    role: str
    form: str = "any"
    words: tuple[str, ...] = ()
    means: Mapping[str, str] = {}


#: The forms of values; `word` may also be a whole number.
FORMS = ("count", "limit", "text", "word", "flag", "list", "any")

#: What a value means that leaves the choice to the seller.
OPEN = "?"

_AUTO = {"auto": OPEN}
#: The makers' name for calls that are not hurried; rates of it carry no tier.
_TIERS = {"auto": "", "default": "", "standard": ""}


def _rows(names: str, endpoints: tuple[str, ...], role: str, form: str = "any") -> Iterator[Parameter]:
    for name in names.split():
        yield Parameter(name, endpoints, role, form)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("model", EVERY, MODEL, "text"),
    Parameter("service_tier", EVERY, FACT, "word", ("service_tier",), _TIERS),
    # what goes in
    Parameter("messages", (CHAT,), ITEMS, "list"),
    Parameter("input", (RESPONSES,), ITEMS),
    Parameter("instructions", (RESPONSES,), TEXT, "text"),
    Parameter("prompt", (COMPLETIONS,), TEXT),
    Parameter("suffix", (COMPLETIONS,), TEXT, "text"),
    Parameter("input", (EMBEDDINGS,), TEXT),
    Parameter("input", (SPEECH,), TEXT, "text"),
    Parameter("instructions", (SPEECH,), TEXT, "text"),
    Parameter("prompt", (*DRAWING, *LISTENING, VIDEOS), TEXT, "text"),
    Parameter("negative_prompt", (*DRAWING, VIDEOS), TEXT, "text"),
    *_rows("image images image_url image_urls reference_images", (EDITS,), IMAGES_IN),
    *_rows("mask", (EDITS,), MASK_IN),
    *_rows("input_reference image image_url", (VIDEOS,), IMAGES_IN),
    *_rows("file", LISTENING, AUDIO_IN),
    *_rows("tools functions", (CHAT, RESPONSES), DEFINITIONS, "list"),
    *_rows("response_format", (CHAT,), DEFINITIONS),
    *_rows("text", (RESPONSES,), DEFINITIONS),
    *_rows("previous_response_id conversation prompt", (RESPONSES,), UNSEEN),
    *_rows("web_search_options", (CHAT,), SEARCH),
    *_rows("prediction plugins", (CHAT,), EXTRA),
    *_rows("partial_images", DRAWING, EXTRA),
    *_rows("svg frame_count", DRAWING, EXTRA),
    *_rows("known_speaker_references", LISTENING, EXTRA),
    # how much comes out
    Parameter("n", (CHAT, COMPLETIONS, *DRAWING, VIDEOS), COPIES, "count"),
    Parameter("num_images", DRAWING, COPIES, "count"),
    Parameter("best_of", (COMPLETIONS,), COPIES, "count"),
    Parameter("max_completion_tokens", (CHAT,), OUTPUT_LIMIT, "limit"),
    Parameter("max_tokens", (CHAT, COMPLETIONS), OUTPUT_LIMIT, "limit"),
    Parameter("max_output_tokens", (RESPONSES,), OUTPUT_LIMIT, "limit"),
    Parameter("max_tool_calls", (RESPONSES,), TOOL_LIMIT, "limit"),
    Parameter("modalities", (CHAT,), OUTPUTS, "list"),
    # circumstances
    Parameter("size", (*DRAWING, VIDEOS), FACT, "word", ("size", "resolution"), _AUTO),
    Parameter("resolution", (*DRAWING, VIDEOS), FACT, "word", ("resolution", "size"), _AUTO),
    Parameter("quality", (*DRAWING, VIDEOS), FACT, "word", ("quality",), _AUTO),
    Parameter("rendering_speed", DRAWING, FACT, "word", ("speed",), _AUTO),
    *(Parameter(name, DRAWING, FACT, "word", ("steps",)) for name in ("steps", "num_steps", "num_inference_steps")),
    *(Parameter(name, (VIDEOS,), FACT, "word", ("seconds",), _AUTO) for name in ("seconds", "duration")),
    *(Parameter(name, (VIDEOS,), FACT, "flag", ("audio",)) for name in ("audio", "generate_audio")),
    # what costs nothing of its own
    *_rows("user metadata store stream safety_identifier extra_headers timeout seed moderation", EVERY, NO_COST),
    *_rows("prompt_cache_key prompt_cache_retention prompt_cache_options", (CHAT, RESPONSES), NO_COST),
    *_rows("temperature top_p", (*WRITING, *LISTENING), NO_COST),
    *_rows("frequency_penalty presence_penalty logit_bias logprobs top_logprobs stop", WRITING, NO_COST),
    *_rows("stream_options reasoning_effort reasoning verbosity", WRITING, NO_COST),
    *_rows("tool_choice parallel_tool_calls function_call audio include truncation", (CHAT, RESPONSES), NO_COST),
    *_rows("background context_management", (RESPONSES,), NO_COST),
    *_rows("echo", (COMPLETIONS,), NO_COST),
    *_rows("dimensions encoding_format input_type", (EMBEDDINGS,), NO_COST),
    *_rows("response_format output_format output_compression background style", (*DRAWING, VIDEOS), NO_COST),
    *_rows("input_fidelity guidance strength aspect_ratio", (*DRAWING, VIDEOS), NO_COST),
    *_rows("voice response_format speed stream_format", (SPEECH,), NO_COST),
    *_rows("language response_format timestamp_granularities chunking_strategy include", LISTENING, NO_COST),
    *_rows("known_speaker_names", LISTENING, NO_COST),
)


def parameter(endpoint: str, name: str) -> Parameter | None:
    """The row of a parameter at an endpoint, or None where nobody said what it decides."""
    return next((row for row in PARAMETERS if row.name == name and endpoint in row.endpoints), None)


class Shape(NamedTuple):
    """How a request to an endpoint is told from its body: by a name in it, and the kind of model (any where none)."""

    endpoint: str
    marks: tuple[str, ...]
    modalities: tuple[str, ...] = ()


#: The first that fits decides; where the kind of model is another one, the first whose names are there.
SHAPES: tuple[Shape, ...] = (
    Shape(CHAT, ("messages",)),
    Shape(TRANSCRIPTIONS, ("file",), ("audio",)),
    Shape(SPEECH, ("voice",), ("audio",)),
    Shape(VIDEOS, ("prompt", "image", "image_url", "input_reference"), ("video",)),
    Shape(EDITS, ("image", "images", "image_url", "image_urls", "reference_images", "mask"), ("image",)),
    Shape(GENERATIONS, ("prompt",), ("image",)),
    Shape(SPEECH, ("input",), ("audio",)),
    Shape(EMBEDDINGS, ("input",), ("embedding",)),
    Shape(RESPONSES, ("input", "previous_response_id", "conversation")),
    Shape(COMPLETIONS, ("prompt",)),
)


class Dimension(NamedTuple):
    """By which meters a side of a call may be charged, the ones to be preferred first."""

    endpoints: tuple[str, ...]
    side: str
    meters: tuple[str, ...]


AUDIO_OUT = "audio out"
IMAGES_OUT = "images out"
VIDEOS_OUT = "videos out"
TEXT_OUT = "text out"
VIDEO_IN = "video in"

DIMENSIONS: tuple[Dimension, ...] = (
    Dimension((SPEECH,), TEXT, ("input_characters", "input_tokens")),
    Dimension(EVERY, TEXT, ("input_tokens", "input_characters")),
    Dimension((*WRITING, *LISTENING), TEXT_OUT, ("output_tokens",)),
    Dimension(DRAWING, IMAGES_OUT, ("images", "output_image_tokens", "output_tokens")),
    Dimension((VIDEOS,), VIDEOS_OUT, ("videos", "output_video_tokens")),
    Dimension((SPEECH,), AUDIO_OUT, ("output_audio_tokens", "output_audio_seconds", "audio_seconds")),
    Dimension(WRITING, IMAGES_OUT, ("output_image_tokens", "images")),
    Dimension((CHAT,), AUDIO_OUT, ("output_audio_tokens", "output_audio_seconds")),
    Dimension(EVERY, IMAGES_IN, ("input_images", "input_image_tokens", "input_tokens")),
    Dimension(LISTENING, AUDIO_IN, ("audio_seconds", "input_audio_seconds", "input_audio_tokens")),
    Dimension(EVERY, AUDIO_IN, ("input_audio_tokens", "input_audio_seconds", "input_tokens")),
    Dimension(EVERY, VIDEO_IN, ("input_video_tokens", "input_video_seconds", "input_tokens")),
)


def meters(endpoint: str, side: str) -> tuple[str, ...]:
    """By which meters a side of a call to an endpoint may be charged."""
    return next((row.meters for row in DIMENSIONS if row.side == side and endpoint in row.endpoints), ())


#: The parts that content is made of: what each is, and which of its keys holds its text.
PARTS: Mapping[str, tuple[str, str]] = {
    "text": (TEXT, "text"),
    "input_text": (TEXT, "text"),
    "output_text": (TEXT, "text"),
    "summary_text": (TEXT, "text"),
    "refusal": (TEXT, "refusal"),
    "image_url": (IMAGES_IN, ""),
    "input_image": (IMAGES_IN, ""),
    "input_audio": (AUDIO_IN, ""),
    "video_url": (VIDEO_IN, ""),
    "input_video": (VIDEO_IN, ""),
    "file": (UNSEEN, ""),
    "input_file": (UNSEEN, ""),
}

#: The keys of a message or item that hold text the model reads, and those it does not read.
ITEM_TEXTS = ("role", "name", "arguments", "tool_calls", "function_call", "refusal")
ITEM_CONTENTS = ("content", "output", "summary")
ITEM_MARKS = ("type", "id", "status", "tool_call_id", "call_id", "cache_control", "phase")

#: The kinds of tools that are told to the model as text, and the meters of those a seller runs itself.
TOLD_TOOLS = ("function", "custom")
RUN_TOOLS: Mapping[str, str] = {
    "web_search": "searches",
    "web_search_preview": "searches",
    "file_search": "file_searches",
    "code_interpreter": "code_executions",
}
