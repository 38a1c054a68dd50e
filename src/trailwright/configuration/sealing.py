"""Keys at rest: encrypted with the installation's own secret, each bound to the setting it belongs to."""

import base64
import binascii
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_NONCE = 12
_USE = b"trailwright: settings that are secret\0"


def seal(secret_key: str, name: str, text: str) -> str:
    """`text` encrypted, in ASCII; another nonce each time."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + _cipher(secret_key).encrypt(nonce, text.encode(), name.encode())).decode()


def unseal(secret_key: str, name: str, sealed: str) -> str | None:
    """The text; None when it was sealed with another secret, for another setting, or is damaged."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(secret_key).decrypt(raw[:_NONCE], raw[_NONCE:], name.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return None


def _cipher(secret_key: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hashlib.sha256(_USE + secret_key.encode()).digest())
