"""The words of a search that are no names: what they ask of a model, and how they order what is found."""

from __future__ import annotations

from collections.abc import Mapping

#: What a condition is about.
KIND, MODALITY, CAPABILITY = "kind", "modality", "capability"
CONTEXT, WEIGHTS, FREE = "context", "weights", "free"

#: What people wish of the order.
CHEAP, NEW = "cheap", "new"

#: Words about the order of what is found, and words that say nothing of a model.
WISHES: Mapping[str, str] = {
    **dict.fromkeys(("cheap", "cheapest", "affordable", "inexpensive"), CHEAP),
    **dict.fromkeys(("latest", "newest", "new"), NEW),
    **dict.fromkeys(("model", "models", "api", "price", "prices", "pricing", "cost", "for", "the", "with", "best"), ""),
}

#: What the cheapest models of a kind are compared by, where these are not tokens in and out.
COUNTED: Mapping[str, str] = {
    "image": "images",
    "video": "video_seconds",
    "transcription": "audio_seconds",
    "speech": "input_characters",
    "music": "songs",
    "ocr": "pages",
}

#: Other names of families.
SAME: Mapping[str, tuple[str, ...]] = {"chatgpt": ("gpt 5",), "dalle": ("dall e",), "bard": ("gemini",)}

_TRANSCRIPTION = ((KIND, '["transcription"]'),)
_SPEECH = ((KIND, '["speech"]'),)
_EMBEDDING = ((KIND, '["embedding"]'),)
_RERANK = ((KIND, '["rerank"]'),)
_IMAGE = ((KIND, '["image"]'),)
_VIDEO = ((KIND, '["video"]'),)
_TOOLS = ((CAPABILITY, "tool-calling"),)
_EDIT = ((MODALITY, "image"), (CAPABILITY, "edit"))

#: Phrases that ask for a kind of model, beside the labels of capabilities and uses.
SYNONYMS: Mapping[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("speech to text", "speech recognition", "transcription", "stt", "asr"), _TRANSCRIPTION),
    **dict.fromkeys(("text to speech", "tts", "speech synthesis", "voice generation"), _SPEECH),
    **dict.fromkeys(("embedding", "embeddings", "embedding model"), _EMBEDDING),
    **dict.fromkeys(("rerank", "reranker", "rerankers", "reranking"), _RERANK),
    **dict.fromkeys(("text to image", "image generation", "image generator"), _IMAGE),
    **dict.fromkeys(("text to video", "video generation", "video generator"), _VIDEO),
    **dict.fromkeys(("function calling", "tool calling", "tool use", "tools"), _TOOLS),
    **dict.fromkeys(("image edit", "image editing", "edit image", "image edits"), _EDIT),
    **dict.fromkeys(("inpaint", "inpainting"), ((MODALITY, "image"), (CAPABILITY, "mask"))),
    "outpainting": ((CAPABILITY, "outpaint"),),
    "mask": ((CAPABILITY, "mask"),),
    "ocr": ((KIND, '["ocr"]'),),
    "moderation": ((KIND, '["moderation"]'),),
    "translation": ((KIND, '["translation"]'),),
    **dict.fromkeys(("music", "music generation"), ((KIND, '["music"]'),)),
    **dict.fromkeys(("coding", "programming"), ((KIND, '["code"]'),)),
    **dict.fromkeys(("llm", "llms", "chat", "chatbot"), ((KIND, '["chat"]'),)),
    **dict.fromkeys(("open source", "open weights", "open weight"), ((WEIGHTS, "open"),)),
    **dict.fromkeys(("json", "json schema", "structured output"), ((CAPABILITY, "structured-outputs"),)),
    **dict.fromkeys(("image", "images", "picture", "pictures"), _IMAGE),
    **dict.fromkeys(("video", "videos"), _VIDEO),
    **dict.fromkeys(("voice", "speech"), _SPEECH),
    **dict.fromkeys(("long context", "large context", "big context"), ((CONTEXT, "1000000"),)),
    "free": ((FREE, ""),),
}
