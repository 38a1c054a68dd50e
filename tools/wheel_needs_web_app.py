"""Hatchling's hook: no wheel without the web app, or people would install a product without pages."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelNeedsWebApp(BuildHookInterface[Any]):
    """Looks only; `tools/setup.sh` builds. An editable installation may do without."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises `FileNotFoundError` when the page is missing."""
        del build_data
        page = Path(self.root, "src", "trailwright", "web_dist", "index.html")
        if version != "editable" and not page.is_file():
            raise FileNotFoundError(
                "The web app is not built: src/trailwright/web_dist/index.html is missing. "
                "Run tools/setup.sh (it needs Node.js 20 with npm), then build the wheel again."
            )
