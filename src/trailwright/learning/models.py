"""What a learner has finished. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from trailwright.kit.db import metadata

learned = Table(
    "learned",
    metadata,
    Column("user_id", String(160), primary_key=True),
    Column(
        "roadmap_id",
        String(160),
        ForeignKey("roadmaps.roadmap_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("concept_id", String(64), primary_key=True),
    Column("completed_at", BigInteger, nullable=False),
)
