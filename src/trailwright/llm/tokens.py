"""How many tokens a text is likely to be, without any model's tokenizer."""

from trailwright.domain.prompt import Prompt

BYTES_PER_TOKEN = 3.5
"""UTF-8 bytes a token: 4 for English, 3 for Chinese, 3.5 for Russian and for JSON, in common models."""
TOKENS_PER_TURN = 6


def tokens_in(text: str) -> int:
    """About how many tokens."""
    return round(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)


def tokens_of(prompt: Prompt) -> int:
    """About how many tokens the request is; the schema may be sent as text."""
    turns = sum(tokens_in(turn.content) + TOKENS_PER_TURN for turn in prompt.messages)
    return turns + (tokens_in(str(prompt.schema)) if prompt.schema is not None else 0)
