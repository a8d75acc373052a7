"""Other projects' price lists as claims: lossless, or loud about what is not taken."""

from __future__ import annotations

from collections.abc import Mapping

#: The feeds that can be imported, and the module of this package that reads each.
FEEDS: Mapping[str, str] = {
    "genai-prices": "genai",
    "litellm": "litellm",
    "model-prices": "modelprices",
    "models-dev": "modelsdev",
    "openrouter": "openrouter",
    "pi-ai": "piai",
    "portkey": "portkey",
}
