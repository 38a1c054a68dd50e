"""Standard output: data for programs, and nothing else with `--json`."""

import codecs
import contextlib
import json
import sys
from typing import Any


def put(document: Any) -> None:
    """One JSON document on a line of its own, at once; escaped where the stream takes no UTF-8."""
    utf8 = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    sys.stdout.write(json.dumps(document, ensure_ascii=not utf8) + "\n")
    sys.stdout.flush()


def never_fail() -> None:
    """A character that the terminal cannot show becomes a question mark, not a fault."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # a stream that is no text file, or is closed
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # AttributeError is expected
