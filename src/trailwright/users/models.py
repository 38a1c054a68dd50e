"""People, what proves who somebody is, and what is remembered of their requests.

Times in milliseconds since 1970. Nothing that opens a door is kept: of tokens their SHA-256, of passwords
their Argon2id.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from trailwright.kit.db import Json, metadata

_ID = String(160)
_DIGEST = String(64)
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

users = Table(
    "users",
    metadata,
    Column("user_id", _ID, primary_key=True),
    # lower case; null: the local user before there were accounts
    Column("email", Text, unique=True),
    Column("role", String(16), nullable=False),
    Column("profile", Json),
    Column("created_at", BigInteger, nullable=False),
    # null: signs in at an OpenID provider only
    Column("password_hash", Text),
    Column("disabled_at", BigInteger),
    Column("seen_at", BigInteger),
    # set: he and all he made are being deleted, and nothing brings him back
    Column("leaving_at", BigInteger),
)

proofs = Table(
    "proofs",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    # how its owner names it; the digest never leaves
    Column("proof_id", String(64), nullable=False, unique=True),
    # session, token, ticket, reset
    Column("kind", String(8), nullable=False),
    Column("user_id", _ID, ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    # of a ticket: what it was got with; it goes with that
    Column("parent", _DIGEST, ForeignKey("proofs.digest", ondelete="CASCADE")),
    Column("scopes", String(16), nullable=False),
    Column("name", Text),
    Column("hint", String(16)),
    Column("method", String(16)),
    Column("address", String(64)),
    Column("agent", Text),
    Column("created_at", BigInteger, nullable=False),
    # null: holds until it is revoked
    Column("expires_at", BigInteger),
    # no more exact than some minutes
    Column("used_at", BigInteger),
    Index("ix_proofs_user", "user_id", "kind"),
    Index("ix_proofs_parent", "parent"),
    Index("ix_proofs_expires", "expires_at"),
)

invites = Table(
    "invites",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("invite_id", String(64), nullable=False, unique=True),
    # null: whoever has it
    Column("email", Text),
    Column("role", String(16), nullable=False),
    Column("created_by", _ID, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", _ID, ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_identities_user", "user_id"),
)

attempts = Table(
    "attempts",
    metadata,
    # SHA-256 of what is counted: an account, an address, or both together
    Column("key", _DIGEST, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    # when it went well last
    Column("good_at", BigInteger),
    Index("ix_attempts_last", "last_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    # who did it; null: nobody who is known
    Column("user_id", _ID),
    Column("action", String(32), nullable=False),
    # what it was done to
    Column("subject", String(320)),
    Column("details", Json),
    Column("address", String(64)),
    Index("ix_audit_at", "at"),
    Index("ix_audit_user", "user_id", "at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", String(160), primary_key=True),
    Column("path", String(512), primary_key=True),
    Column("key", String(256), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    # null while the first of two is still at work
    Column("status", Integer),
    Column("response", Json),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_idempotency_created", "created_at"),
)
