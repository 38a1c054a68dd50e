"""`trailwright rotate-key`: another secret for the installation; what the old one sealed is sealed anew.

The new secret is in place before the first row changes, and the old one is kept until the last has: cut off
anywhere, the command is run again and goes on.
"""

import asyncio
import getpass
import sys
from pathlib import Path

from pydantic import SecretStr

from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.database import opened
from trailwright.commandline.folder import FolderLock, HeldElsewhere, is_sqlite
from trailwright.commandline.secret import FILE, SHORTEST, make_secret, with_secret
from trailwright.commandline.trouble import Trouble
from trailwright.configuration import commands
from trailwright.kit.words import plural
from trailwright.payers import commands as payers
from trailwright.settings import Settings
from trailwright.users import audit

BEFORE = "secret.key.before"
"""The old secret, while a change is under way."""


def run(data: Path | None) -> int:
    """0 when everything is sealed with the new secret. Raises `Trouble`."""
    settings = settings_for(data)
    lock = _hold(settings)
    try:
        old, new = _from_outside(settings) if settings.secret_key is not None else _in_the_folder(settings)
        sealed, lost = asyncio.run(_reseal(settings, old, new))
        (settings.data_dir / BEFORE).unlink(missing_ok=True)
    finally:
        if lock is not None:
            lock.release()
    say(f"the secret is a new one; {plural(sealed, 'key is', 'keys are')} sealed with it.")
    if lost:
        say(
            f"{plural(lost, 'key', 'keys')} could be read with neither secret; set them again in the web app."
        )
    return 0


def _hold(settings: Settings) -> FolderLock | None:
    """The product must not run on this folder: it would seal with the old secret."""
    try:
        return FolderLock.take(settings.data_dir)
    except HeldElsewhere:
        if is_sqlite(settings):
            raise Trouble("the product runs on this folder. End it first (Ctrl-C).") from None
        return None


def _in_the_folder(settings: Settings) -> tuple[str, str]:
    """A new secret in the file; the old one beside it. One that was begun goes on."""
    file, before = settings.data_dir / FILE, settings.data_dir / BEFORE
    if not before.exists():
        old = with_secret(settings).secret_key
        assert old is not None  # noqa: S101 - `with_secret` gives one
        make_secret(before, old.get_secret_value())
        return old.get_secret_value(), make_secret(file)
    old_text = before.read_text(encoding="ascii").strip()
    now = file.read_text(encoding="ascii").strip() if file.exists() else old_text
    return old_text, make_secret(file) if now == old_text else now


def _from_outside(settings: Settings) -> tuple[str, str]:
    """The environment holds the new one; the old one is asked for, or comes by standard input."""
    new = with_secret(settings).secret_key
    assert new is not None  # noqa: S101 - as above
    asked = getpass.getpass("The secret key before: ") if sys.stdin.isatty() else sys.stdin.readline()
    old = asked.strip()
    if len(old) < SHORTEST or old == new.get_secret_value():
        raise Trouble(
            "set TRAILWRIGHT_SECRET_KEY to the new secret, and give the one before on standard input."
        )
    return old, new.get_secret_value()


async def _reseal(settings: Settings, old: str, new: str) -> tuple[int, int]:
    async with opened(settings.model_copy(update={"secret_key": SecretStr(new)})) as db, db.writing() as tx:
        both = (await commands.reseal(tx, old, new), await payers.reseal(tx, old, new))
        sealed, lost = (sum(counts) for counts in zip(*both, strict=True))
        await audit.note(tx, "key_rotated", user_id=None, details={"sealed": sealed}, address="command line")
        return sealed, lost
