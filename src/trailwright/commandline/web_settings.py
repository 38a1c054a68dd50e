"""What an admin set in the web app, for commands that ask a model or tell what is set."""

import asyncio

from trailwright.commandline.database import opened
from trailwright.commandline.secret import FILE, with_secret
from trailwright.commandline.trouble import Trouble
from trailwright.configuration.live import Live
from trailwright.settings import Settings


async def live_of(settings: Settings) -> Live | None:
    """The settings as the product would have them; None while there is no database that can be read."""
    try:
        if settings.secret_key is None and (settings.data_dir / FILE).is_file():
            settings = with_secret(settings)
        async with opened(settings) as db:
            live = Live(settings, db)
            await live.refresh()
    except Trouble:
        return None
    return live


def as_set(settings: Settings) -> Settings:
    """The same with what was set in the web app."""
    live = asyncio.run(live_of(settings))
    return settings if live is None else live.settings
