"""What is known of covers. Making them comes later: until then every one is `not_started`."""

from typing import Any


def cover_of(roadmap_id: str, title: str) -> dict[str, Any]:
    """A roadmap's cover: contract section 4."""
    return {"roadmap_id": roadmap_id, "status": "not_started", "alt": f"Cover of {title}"}
