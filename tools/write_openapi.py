"""Writes what the web app's client is made from: `.venv/bin/python -m tools.write_openapi`."""

import json
from pathlib import Path

from trailwright.api import described

TARGET = Path(__file__).parents[1] / "web" / "openapi.json"


def main() -> None:
    """Write the document as it is now."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(described(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
