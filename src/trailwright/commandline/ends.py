"""The end nobody expected: two lines for a person, the rest in a file."""

import os
import sys
import tempfile
import traceback
from pathlib import Path
from types import TracebackType


def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Stands as `sys.excepthook`: a fault of the program is told in two lines, its trace goes to a file."""
    if isinstance(error, BrokenPipeError):  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(f"trailwright: this should not have happened: {kind.__name__}: {str(error)[:300]}\n")
    try:
        with tempfile.NamedTemporaryFile("w", prefix="trailwright-", suffix=".txt", delete=False) as file:
            file.write(text)
    except OSError:
        sys.stderr.write(text)
    else:
        sys.stderr.write(f"The details are in {Path(file.name)}; please report them.\n")
