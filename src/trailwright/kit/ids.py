"""Identifiers: opaque to clients, url-safe, unguessable."""

import re
import secrets
import string
import unicodedata
import uuid

_ALPHABET = string.ascii_lowercase + string.digits
_SLUG_MAX = 40


def random_chars(count: int) -> str:
    """`count` random lower-case letters and digits; drawn at once, for each draw is a call of the system."""
    number, chars = secrets.randbelow(len(_ALPHABET) ** count), []
    for _ in range(count):
        number, place = divmod(number, len(_ALPHABET))
        chars.append(_ALPHABET[place])
    return "".join(chars)


def slug(text: str, fallback: str) -> str:
    """ASCII slug of `text`, at most 40 characters; `fallback` when nothing remains."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:_SLUG_MAX].strip("-")
    return joined or fallback


def task_id() -> str:
    """UUID4 of a creation or batch task."""
    return str(uuid.uuid4())


def retry_task_id(content_type: str, concept_id: str) -> str:
    """Id of a single retry task: `retry-{content_type}-{8 of concept}-{22 url-safe random}`."""
    return f"retry-{content_type}-{concept_id[:8]}-{secrets.token_urlsafe(16)[:22]}"


def roadmap_id(goal: str) -> str:
    """Slug of the goal and 8 random characters."""
    return f"{slug(goal, 'roadmap')}-{random_chars(8)}"


def new_id(prefix: str) -> str:
    """`prefix` and 16 random characters: unique in the installation."""
    return f"{prefix}-{random_chars(16)}"


def share_token() -> str:
    """32 url-safe characters with 192 random bits: who has them may read."""
    return secrets.token_urlsafe(24)
