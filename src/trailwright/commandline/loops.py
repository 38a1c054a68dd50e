"""Which event loop the product runs on."""

import asyncio


def new_loop() -> asyncio.AbstractEventLoop:
    """The fast one where it exists."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
