"""`trailwright migrate`."""

import asyncio
from pathlib import Path

from trailwright import migrations
from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.database import bring_up_to_date
from trailwright.commandline.folder import FolderLock, HeldElsewhere, is_sqlite, prepare
from trailwright.commandline.trouble import Trouble


def run(data: Path | None) -> int:
    """0 when the database is of this version at the end."""
    settings = settings_for(data)
    for note in prepare(settings):
        say(note)
    try:
        lock = FolderLock.take(settings.data_dir)
    except HeldElsewhere:
        if is_sqlite(settings):
            raise Trouble("the product runs on this folder, so its database is up to date already.") from None
        lock = None
    try:
        saved = asyncio.run(bring_up_to_date(settings))
    finally:
        if lock is not None:
            lock.release()
    if saved is not None:
        say(f"the database as it was is kept in {saved}")
    say(f"the database is at revision {migrations.head()}")
    return 0
