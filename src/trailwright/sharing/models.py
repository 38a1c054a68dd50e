"""The table of links by which others read a roadmap. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from trailwright.kit.db import metadata

shares = Table(
    "shares",
    metadata,
    Column(
        "roadmap_id", String(160), ForeignKey("roadmaps.roadmap_id", ondelete="CASCADE"), primary_key=True
    ),
    # in the clear, so that the owner can look at the link again: whoever reads this table reads the texts too
    Column("token", String(64), nullable=False, unique=True),
    # the owner agrees that everybody may be shown it
    Column("offered_at", BigInteger),
    # an admin shows it to everybody
    Column("featured_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_shares_offered", "offered_at"),
    Index("ix_shares_featured", "featured_at"),
)
