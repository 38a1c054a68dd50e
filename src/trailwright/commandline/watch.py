"""What can go wrong with the machine while the product runs: a clock that jumps, a disk that fills up."""

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from trailwright.commandline.folder import LEAST_FREE
from trailwright.kit.log import get_logger

LOOKS_EVERY_S = 5.0
JUMP_S = 10.0

Tell = Callable[[str], None]
log = get_logger(__name__)


@dataclass
class Clock:
    """Compares the wall clock with one that cannot be set; moments in seconds."""

    wall: float = field(default_factory=time.time)
    steady: float = field(default_factory=time.monotonic)

    def jumped(self, wall: float, steady: float) -> float:
        """Seconds the wall clock has been moved since the last look; 0 for a small correction."""
        moved = (wall - self.wall) - (steady - self.steady)
        self.wall, self.steady = wall, steady
        return moved if abs(moved) >= JUMP_S else 0.0


async def watch(folder: Path, tell: Tell) -> None:
    """Tell of each jump and of a disk that is nearly full (once until it has room again), for ever."""
    clock, told_full = Clock(), False
    while True:
        await asyncio.sleep(LOOKS_EVERY_S)
        if jump := clock.jumped(time.time(), time.monotonic()):
            log.warning("clock_jumped", seconds=round(jump))
            tell(words_of_jump(jump))
        full = await asyncio.to_thread(nearly_full, folder)
        if full and not told_full:
            log.error("disk_nearly_full", folder=str(folder))
            tell(f"the disk of {folder} is nearly full: work waits until space is free. Nothing is lost.")
        told_full = full


def words_of_jump(seconds: float) -> str:
    """For a person."""
    way = "forward" if seconds > 0 else "back"
    return (
        f"the clock of this machine was moved {way} by {abs(seconds):.0f} s. Work that was under way may "
        "begin anew; nothing that is finished is lost."
    )


def nearly_full(folder: Path) -> bool:
    """Whether too little is free to go on safely; a folder that cannot be asked is no news here."""
    try:
        return shutil.disk_usage(folder).free < LEAST_FREE
    except OSError:
        return False
