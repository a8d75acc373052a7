"""The keywords of costs: meters and facts, made by `make schema` from meters.yaml and facts.yaml."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypedDict

Quantity = int | float | str | Decimal


class RouteWords(TypedDict, total=False):
    """The keywords of a route."""

    images: Quantity  # Per image
    input_images: Quantity  # Per input image
    extra_megapixels: Quantity  # Per megapixel after the first
    megapixels: Quantity  # Per megapixel
    input_megapixels: Quantity  # Per input megapixel
    pixels: Quantity  # Per pixel
    input_pixels: Quantity  # Per input pixel
    tiles: Quantity  # Per 512×512 tile
    input_tiles: Quantity  # Per 512×512 input tile
    image_steps: Quantity  # Per step
    tile_steps: Quantity  # Per 512×512 tile and step
    input_tile_steps: Quantity  # Per 512×512 input tile and step
    input_tokens: Quantity  # Input tokens
    output_tokens: Quantity  # Output tokens
    cache_read_tokens: Quantity  # Input tokens read from the cache
    cache_write_tokens: Quantity  # Input tokens written to the cache
    reasoning_tokens: Quantity  # Reasoning tokens
    input_image_tokens: Quantity  # Image input tokens
    cache_read_image_tokens: Quantity  # Image input tokens read from the cache
    output_image_tokens: Quantity  # Image output tokens
    input_audio_tokens: Quantity  # Audio input tokens
    output_audio_tokens: Quantity  # Audio output tokens
    videos: Quantity  # Per video
    video_seconds: Quantity  # Per second of video
    songs: Quantity  # Per song
    audio_seconds: Quantity  # Per second of audio
    input_characters: Quantity  # Per character
    pages: Quantity  # Per page
    searches: Quantity  # Per search
    requests: Quantity  # Per request
    input_video_tokens: Quantity  # Video input tokens
    output_video_tokens: Quantity  # Video output tokens
    cache_read_audio_tokens: Quantity  # Audio input tokens read from the cache
    cache_write_audio_tokens: Quantity  # Audio input tokens written to the cache
    cache_read_video_tokens: Quantity  # Video input tokens read from the cache
    citation_tokens: Quantity  # Citation tokens
    tool_input_tokens: Quantity  # Input tokens of tools
    router_tokens: Quantity  # Tokens routed
    training_tokens: Quantity  # Training tokens
    training_hours: Quantity  # Per hour of training
    output_characters: Quantity  # Per output character
    input_audio_seconds: Quantity  # Per second of input audio
    input_video_seconds: Quantity  # Per second of input video
    output_audio_seconds: Quantity  # Per second of output audio
    compute_seconds: Quantity  # Per second of computing
    provisioned_seconds: Quantity  # Per second of reserved capacity
    messages: Quantity  # Per message
    queries: Quantity  # Per query
    annotated_pages: Quantity  # Per annotated page
    credits: Quantity  # Per credit
    sessions: Quantity  # Per session
    enterprise_searches: Quantity  # Per enterprise web search
    social_searches: Quantity  # Per social search
    file_searches: Quantity  # Per file search
    attachment_searches: Quantity  # Per attachment search
    map_searches: Quantity  # Per map search
    code_executions: Quantity  # Per code execution
    guardrail_units: Quantity  # Per guardrail unit
    input_size: str  # Width and height of each image that goes in
    resolution: Literal["0.5K", "1K", "2K", "4K", "360p", "480p", "540p", "720p", "768p", "1080p", "1440p", "2160p"] | str  # Named resolution class of what comes out
    speed: Literal["standard", "flash", "turbo", "default", "quality", "fast", "faster", "lightning", "highspeed", "specdec", "versatile", "throughput", "ultra", "ultraspeed", "x"] | str  # The speed class of the call; Ideogram calls it rendering speed
    steps: int | str  # Diffusion steps per image
    seconds: int | str  # Length of each video or clip
    audio: bool | str  # Whether a video comes with sound
    format: Literal["raster", "vector"] | str  # Pixels or shapes
    task: Literal["generate", "edit", "remix", "inpaint", "text-to-image", "image-to-image", "text-to-video", "image-to-video", "reference-to-video", "video-to-video", "remove-background", "replace-background", "vectorize", "upscale", "creative-upscale", "erase"] | str  # Which tool of the model is called, where tools are priced apart
    service_tier: Literal["standard", "default", "auto", "batch", "flex", "priority", "fast", "balanced", "ultrafast", "decisions"] | str  # The queue a call is served from
    compliance: Literal["fedramp"] | str  # The government programme that the call is processed under
    period: Literal["standard", "peak", "off_peak"] | str  # The part of the week; follows from the time of the call
    cache_ttl: Literal["5m", "30m", "1h", "12h", "24h"] | str  # How long a cache write is kept
    byok: bool | str  # Whether the call uses the caller's own key at the host
    search_context: Literal["low", "medium", "high"] | str  # How much of what a search finds is read
    commitment: Literal["1-month", "6-month", "12-month"] | str  # For how long capacity is reserved
    results: str  # The band of how many results a search returns, such as 1-10
    guardrail: str  # Which guardrail policy a unit is of
    route: str  # By which way a call reaches the model
    video_input: bool | str  # Whether a video goes in
    reasoning_mode: bool | str  # Whether the model reasons before it answers
    snapshot: str  # The dated or numbered state of the model, such as 2024-08-06 or preview
    precision: str  # The number format that the weights are served in, such as fp8
    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | str  # How much the model reasons before it answers
    context: str  # The context window that the id is for, such as 32k
    reasoning_budget: int | str  # The most tokens that the model may reason with before it answers


class Words(RouteWords, total=False):
    """The keywords of a cost and of a forecast."""

    size: str  # Width and height of each image or video that comes out
    quality: Literal["very-low", "low", "medium", "high", "xhigh", "max", "standard", "premium", "hd"] | str  # How much care the model is asked to take
    region: str  # Where the call is processed
