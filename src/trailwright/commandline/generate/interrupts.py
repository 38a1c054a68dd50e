"""Ctrl-C once stops cleanly, twice at once; SIGTERM leaves the task for later."""

import os
import signal
from types import FrameType
from typing import Any, Self

_SHOW_CURSOR = b"\x1b[?25h\n"


class Interrupts:
    """While entered. At a question an interrupt raises KeyboardInterrupt, else it is looked at in time."""

    def __init__(self) -> None:
        self.cancel = False
        self.leave = False
        self.asking = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._on)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def any(self) -> bool:
        """Whether the person or the machine wants an end."""
        return self.cancel or self.leave

    def _on(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.any:
            if os.isatty(1):
                os.write(1, _SHOW_CURSOR)
            os._exit(128 + number)
        self.cancel = number == signal.SIGINT
        self.leave = not self.cancel
        if self.asking:
            raise KeyboardInterrupt
