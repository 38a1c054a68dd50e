"""Takes secrets out of words meant for the log."""

import re

LONGEST = 300
_SECRETS = (
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"),
    re.compile(r"\b(?:sk|pk|rk|gsk|xai|or|key|AIza)[-_][\w-]{8,}|\bAIza[\w-]{10,}"),
    re.compile(
        r"(?i)\b((?:api[-_ ]?key|token|secret|password|authorization)[\"']?\s*[:=]\s*[\"']?)[^\s\"',;]{4,}"
    ),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
)
_USERINFO = re.compile(r"(\w+://)[^/\s@]+@")
_QUERY = re.compile(r"(\w+://[^\s?\"']+)\?[^\s\"']*")
_STARS = "***"


def redact(text: str, *secrets: str) -> str:
    """`text` on one line of at most 300 characters, without `secrets` and whatever else looks like a key."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _STARS)
    text = _QUERY.sub(r"\1?" + _STARS, _USERINFO.sub(r"\1" + _STARS + "@", text))
    bearer, prefixed, named, signed = _SECRETS
    text = bearer.sub(r"\1 " + _STARS, text)
    text = named.sub(r"\1" + _STARS, prefixed.sub(_STARS, text))
    return " ".join(signed.sub(_STARS, text).split())[:LONGEST]
