"""The installation's secret: in the settings, else in a file that only its owner can read."""

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings

FILE = "secret.key"
SHORTEST = 32


def with_secret(settings: Settings) -> Settings:
    """Settings with a secret key, made at the first start. Raises `Trouble` for one that is too short."""
    if settings.secret_key is not None:
        if len(settings.secret_key.get_secret_value()) < SHORTEST:
            raise Trouble(f"TRAILWRIGHT_SECRET_KEY must have at least {SHORTEST} characters.")
        return settings
    path = settings.data_dir / FILE
    try:
        key = path.read_text(encoding="ascii").strip() if path.exists() else make_secret(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{path} cannot be read: {error}. Restore it from a backup.") from None
    if len(key) < SHORTEST:
        raise Trouble(
            f"{path} is damaged. Restore it from a backup, or delete it, and set keys in the web app anew."
        )
    return settings.model_copy(update={"secret_key": SecretStr(key)})


def make_secret(path: Path, key: str = "") -> str:
    """A new one, or `key`, written whole or not at all: a cut-off start must not leave half a key."""
    key = key or secrets.token_urlsafe(48)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return key
