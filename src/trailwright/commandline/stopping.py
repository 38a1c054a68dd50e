"""How a process that serves is told to end: politely once, at once the second time, and never for ever."""

import asyncio
import os
import signal
import threading

from trailwright.commandline.configured import say


def stop_signal(within_s: float) -> asyncio.Event:
    """Set by the first Ctrl-C or SIGTERM; the second ends the process at once, and so does time."""
    stopped = asyncio.Event()

    def on_signal(number: signal.Signals) -> None:
        if stopped.is_set():
            os._exit(128 + number)
        stopped.set()
        last = threading.Timer(within_s, _end_now)
        last.daemon = True
        last.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)
    return stopped


def _end_now() -> None:
    """Something hangs: what was under way is taken back as after a power cut."""
    say("ended without waiting any longer. What was under way goes on at the next start.")
    os._exit(0)
