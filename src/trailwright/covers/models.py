"""The table of covers: what is shown of a roadmap now. Its item tells whether one is being made."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from trailwright.kit.db import Json, metadata

covers = Table(
    "covers",
    metadata,
    Column(
        "roadmap_id", String(160), ForeignKey("roadmaps.roadmap_id", ondelete="CASCADE"), primary_key=True
    ),
    # of the picture's bytes; names the stored objects and the address
    Column("digest", String(64), nullable=False),
    Column("source", String(16), nullable=False),
    # {text, url}: whom the licence of a found picture wants named
    Column("attribution", Json),
    Column("created_at", BigInteger, nullable=False),
)
