"""A task's events from whichever server has it, over every broken connection, into a queue."""

import queue
import threading
import time
from dataclasses import dataclass

from trailwright.commandline.client import Away
from trailwright.commandline.generate.home import Home
from trailwright.commandline.trouble import Trouble
from trailwright.events.shapes import TERMINAL_EVENTS, Event

PATIENCE_S = 120.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 3.0


@dataclass(frozen=True)
class Lost:
    """The server stayed away, or refuses; `words` for a person."""

    words: str


News = Event | Lost


class Follower(threading.Thread):
    """Puts events after `after_seq` into `news`, each once and in order, until a terminal one."""

    def __init__(self, home: Home, task_id: str, after_seq: int) -> None:
        super().__init__(name="events", daemon=True)
        self.news: queue.Queue[News] = queue.Queue()
        self._home = home
        self._task_id = task_id
        self._seq = after_seq
        self._last_heard = time.monotonic()

    def run(self) -> None:
        """Follow until the end, or until the server stays away for two minutes."""
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                before = self._seq
                if self._read():
                    return
                wait_s = _FIRST_WAIT_S if self._seq > before else min(wait_s * 2, _LONGEST_WAIT_S)
            except Away as away:
                if time.monotonic() - self._last_heard > PATIENCE_S:
                    self.news.put(Lost(f"the server cannot be reached any more ({away})"))
                    return
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
            except Trouble as trouble:
                self.news.put(Lost(str(trouble)))
                return
            time.sleep(wait_s)

    def _read(self) -> bool:
        """One connection; whether the last event was the last."""
        client = self._home.client()
        for event in client.events(self._task_id, self._seq):
            self._last_heard = time.monotonic()
            seq = event.get("seq")
            if seq is None:
                if event.get("type") != "closing":
                    self.news.put(event)
                continue
            if seq <= self._seq:
                continue
            self._seq = seq
            self.news.put(event)
            if event["type"] in TERMINAL_EVENTS:
                return True
        return False
