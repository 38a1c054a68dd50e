"""Writes openapi.json, the API's description that the web client is generated from.

python scripts/openapi.py          writes it; then `npm run api` makes src/api/schema.d.ts of it
python scripts/openapi.py --check  exit 1 when the API has moved on since
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from trailwright.api.app import create_app
from trailwright.settings import Settings

KEPT = Path(__file__).parents[1] / "openapi.json"


def described() -> str:
    """The document of an application that is never started, sorted, so that it is the same each time."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        app = create_app(SimpleNamespace(settings=settings, db=None, bus=None, storage=None))  # type: ignore[arg-type]
        return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Exit code 1 when checked and different."""
    now = described()
    if "--check" in sys.argv:
        if KEPT.read_text("utf-8") == now:
            return 0
        print("web/openapi.json is not the API's any more: run web/scripts/openapi.py, then npm run api", file=sys.stderr)
        return 1
    KEPT.write_text(now, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
