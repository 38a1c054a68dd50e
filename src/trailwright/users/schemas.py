"""What is said of people over HTTP."""

from typing import Annotated, Any, Literal

from pydantic import Field

from trailwright.domain.preferences import ContentPreference, LanguageTag, Level, Skill, Text
from trailwright.kit.schemas import Absent, Answered, Sent


class UserAnswer(Answered):
    """Who is signed in."""

    user_id: str
    email: str | None
    role: str
    created_at: Absent[str]
    has_password: Absent[bool]


class Profile(Sent):
    """What a learner need not say again with each goal; PUT replaces all of it."""

    display_name: Text | None = None
    available_hours_per_week: Annotated[float, Field(ge=1, le=168)] | None = None
    motivation: Text | None = None
    current_level: Level | None = None
    career_background: Text | None = None
    content_preference: tuple[ContentPreference, ...] = ()
    industry: Text | None = None
    current_role: Text | None = None
    tech_stack: Annotated[tuple[Skill, ...], Field(max_length=50)] = ()
    primary_language: LanguageTag | None = None
    secondary_language: LanguageTag | None = None


Word = Annotated[str, Field(max_length=200)]
Typed = Annotated[str, Field(max_length=1024)]
"""A password as it is typed; whether it can be taken is judged by `passwords`."""

Role = Literal["learner", "admin"]
Scope = Literal["read", "write"]


class Credentials(Sent):
    """Who signs in."""

    email: Typed
    password: Typed


class NewAccount(Sent):
    """Who wants an account; `setup_code` for the first one, `invite` where one is needed."""

    email: Typed
    password: Typed
    invite: Word | None = None
    setup_code: Word | None = None


class Session(Answered):
    """Signed in. Browsers use the cookie that comes with it; `access_token` is for programs. In seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - no secret but a word of RFC 6750
    expires_in: int


class Ticket(Answered):
    """What opens one socket within `expires_in` seconds: `?token=`."""

    ticket: str
    expires_in: int


class DoneAnswer(Answered):
    """It is done."""

    done: Literal[True] = True


class AcceptedAnswer(Answered):
    """It is seen to; whether there was anything to see to is not told."""

    accepted: Literal[True] = True


class OidcOption(Answered):
    """Signing in at a provider: what to call it, and where it starts."""

    name: str
    start: str


class AuthOptions(Answered):
    """What the page to sign in needs to know."""

    mode: Literal["local", "accounts"]
    registration: Literal["open", "invite", "closed"]
    first_account: bool
    setup_code_needed: bool
    reset_by_mail: bool
    oidc: OidcOption | None
    password_min: int
    password_max: int


class ResetOrder(Sent):
    """Whose password is forgotten."""

    email: Typed


class NewPassword(Sent):
    """A password for whoever holds the link."""

    token: Word
    password: Typed


class InviteWord(Sent):
    """An invitation as it came."""

    invite: Word


class InviteAnswer(Answered):
    """What an invitation is for; `email` null: for whoever has it."""

    email: str | None
    role: Role
    expires_at: str


class PasswordChange(Sent):
    """The old one, where there is one, and the new one."""

    current_password: Typed | None = None
    new_password: Typed


class OpenSession(Answered):
    """Where I am signed in; `current`: here."""

    session_id: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    address: str
    user_agent: str
    method: Literal["password", "oidc"]
    current: bool


class SessionList(Answered):
    """Where I am signed in."""

    sessions: list[OpenSession]


class Revoked(Answered):
    """How many ended."""

    revoked: int


class TokenOrder(Sent):
    """A token for a program; `read` is always in it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[tuple[Scope, ...], Field(max_length=2)] = ("read",)
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class ApiToken(Answered):
    """A token for a program; `hint`: how its word begins."""

    token_id: str
    name: str
    scopes: list[Scope]
    hint: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class NewApiToken(ApiToken):
    """With its word, this once."""

    token: str


class TokenList(Answered):
    """My programs' tokens."""

    tokens: list[ApiToken]


class Farewell(Sent):
    """Who really wants to go: his address typed again, and his password where he has one."""

    email: Typed
    password: Typed | None = None


class AuditEntry(Answered):
    """Who did what to what, when, from where."""

    at: str
    user_id: str | None
    email: str | None
    action: str
    subject: str | None
    details: dict[str, Any]
    address: str


class AuditPage(Answered):
    """Entries, the newest first."""

    entries: list[AuditEntry]
    total: int


class Account(Answered):
    """An account as an admin sees it."""

    user_id: str
    email: str
    role: Role
    disabled: bool
    created_at: str
    last_seen_at: str | None
    has_password: bool


class AccountPage(Answered):
    """Accounts, the newest first."""

    users: list[Account]
    total: int


class AccountChange(Sent):
    """What changes of an account."""

    role: Role | None = None
    disabled: bool | None = None


class LinkAnswer(Answered):
    """A link to hand over."""

    link: str
    expires_at: str


class InviteOrder(Sent):
    """Whom to invite; without an address whoever has the link."""

    email: Typed | None = None
    role: Role = "learner"
    expires_in_days: Annotated[int, Field(ge=1, le=90)] = 7


class Invitation(Answered):
    """An invitation that nobody has used yet."""

    invite_id: str
    email: str | None
    role: Role
    created_by: str
    created_at: str
    expires_at: str


class NewInvitation(Invitation):
    """With its link, this once; `mailed`: it is on its way to the address."""

    link: str
    mailed: bool


class InvitationList(Answered):
    """Invitations that nobody has used yet."""

    invites: list[Invitation]
