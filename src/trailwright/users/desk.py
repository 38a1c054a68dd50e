"""Where people sign in: the steps that wait for a password's hash or for mail, and hold no row meanwhile."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from trailwright.errors import BadRequestError, ForbiddenError, TooManyRequestsError, UnauthorizedError
from trailwright.kit.db import AWAY, Database, Tx
from trailwright.kit.log import get_logger
from trailwright.settings import Settings
from trailwright.users import accounts, audit, proofs, throttle
from trailwright.users.passwords import Passwords, check_new
from trailwright.users.post import Post
from trailwright.users.proofs import DAY_MS, Source

_SETUP = b"trailwright: the set-up code of the first account"
log = get_logger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """A session: the word that proves it, and how long it holds."""

    word: str
    user_id: str
    lives_s: int


@dataclass(frozen=True)
class Wish:
    """What somebody sends who wants an account. `here`: he sits at the server itself."""

    email: str
    password: str
    invite: str | None
    setup_code: str | None
    here: bool


def setup_code(secret_key: str) -> str:
    """What the first account needs from elsewhere: 24 letters and digits, the same in every process."""
    made = hmac.digest(secret_key.encode(), _SETUP, hashlib.sha256)
    letters = base64.b32encode(made).decode().lower()[:24]
    return "-".join(letters[at : at + 6] for at in range(0, 24, 6))


class Desk:
    """One per process; `close` at its end."""

    def __init__(self, db: Database, settings: Callable[[], Settings]) -> None:
        self.db = db
        self.passwords = Passwords()
        self._settings = settings
        self._later: set[asyncio.Task[None]] = set()

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings()

    @property
    def lives_s(self) -> int:
        """Seconds a session lives."""
        return self.settings.auth.session_days * DAY_MS // 1000

    def link(self, page: str, word: str) -> str:
        """An address of the web app; the word stands where browsers send it to nobody."""
        return f"{(self.settings.public_url or '').rstrip('/')}/{page}#{word}"

    async def register(self, wish: Wish, source: Source) -> SignedIn:
        """Make an account and sign in. The password is hashed whatever comes of it: no answer is early."""
        email = accounts.email_of(wish.email)
        check_new(wish.password, email)
        if not wish.here:
            await self.db.transact(lambda tx: throttle.count(tx, "made", throttle.network(source.address)))
        entry = accounts.Entry(
            email, await self.passwords.hashed(wish.password), wish.invite, self._may_be_first(wish)
        )

        async def work(tx: Tx) -> SignedIn:
            user_id = await accounts.register(tx, entry, self.settings.auth.registration)
            await audit.note(tx, "register", user_id=user_id, address=source.address)
            return await self._begin(tx, user_id, source)

        return await self.db.transact(work)

    def _may_be_first(self, wish: Wish) -> bool | None:
        if wish.here:
            return True
        if not wish.setup_code:
            return None
        secret = self.settings.secret_key
        given = wish.setup_code.strip().lower().encode()
        return secret is not None and hmac.compare_digest(
            given, setup_code(secret.get_secret_value()).encode()
        )

    async def sign_in(self, email: str, password: str, source: Source) -> SignedIn:
        """Raises `UnauthorizedError`: the same, as late, for a wrong password and for no such account."""
        email = accounts.email_of(email)
        keys = throttle.keys_of(email, source.address)

        async def look(tx: Tx) -> Any:
            found = await accounts.by_email(tx, email)
            await throttle.begin(tx, keys)
            return found

        row = await self.db.transact(look)
        kept = row["password_hash"] if row is not None and row["disabled_at"] is None else None
        good, newer = await self.passwords.fits(password, kept)
        if not good:
            who = None if row is None else str(row["user_id"])
            await self.db.transact(
                lambda tx: audit.note(tx, "login_failed", user_id=who, address=source.address)
            )
            raise UnauthorizedError("The address or the password is wrong.", code="bad_credentials")

        async def work(tx: Tx) -> SignedIn:
            if newer is not None:
                await accounts.keep_newer_hash(tx, row["user_id"], newer)
            await audit.note(tx, "login", user_id=row["user_id"], address=source.address)
            session = await self._begin(tx, row["user_id"], source)
            await throttle.went_well(tx, keys)
            return session

        return await self.db.transact(work)

    async def _begin(self, tx: Tx, user_id: str, source: Source, method: str = "password") -> SignedIn:
        lives_s = self.lives_s
        word = await proofs.begin_session(tx, user_id, source, method=method, lives_ms=lives_s * 1000)
        return SignedIn(word, user_id, lives_s)

    async def sign_in_by(self, tx: Tx, user_id: str, source: Source) -> SignedIn:
        """Sign in whom an OpenID provider vouches for."""
        await audit.note(tx, "login", user_id=user_id, details={"method": "oidc"}, address=source.address)
        return await self._begin(tx, user_id, source, "oidc")

    async def confirm(self, user_id: str, password: str | None, source: Source) -> None:
        """The one who is signed in shows once more that he is; raises `ForbiddenError`.

        Who has no password, being known by an OpenID provider, shows nothing.
        """
        async with self.db.reading() as reader:
            row = await accounts.by_id(reader, user_id)
        if row["password_hash"] is None:
            return
        keys = throttle.keys_of(row["email"], source.address)
        await self.db.transact(lambda tx: throttle.begin(tx, keys))
        good, _ = await self.passwords.fits(password or "", row["password_hash"])
        if not good:
            raise ForbiddenError("This is not your password.", code="wrong_password")
        await self.db.transact(lambda tx: throttle.went_well(tx, keys))

    async def change_password(
        self, user_id: str, current: str | None, new: str, *, proof: str, source: Source
    ) -> None:
        """A new password for who knows the old one; every other session ends."""
        async with self.db.reading() as reader:
            email = (await accounts.by_id(reader, user_id))["email"]
        check_new(new, email, "new_password")
        await self.confirm(user_id, current, source)
        kept = await self.passwords.hashed(new)

        async def work(tx: Tx) -> None:
            await accounts.set_password(tx, user_id, kept, but=proof)
            await audit.note(tx, "password_changed", user_id=user_id, address=source.address)

        await self.db.transact(work)

    async def ask_reset(self, email: str, source: Source) -> None:
        """Send a link to a new password, if there is such an account; the caller learns nothing of it."""
        email = accounts.email_of(email)
        await self.db.transact(lambda tx: throttle.count(tx, "made", throttle.network(source.address)))
        self._do_later(self._send_reset(email, source))

    async def _send_reset(self, email: str, source: Source) -> None:
        async def work(tx: Tx) -> str | None:
            await throttle.count(tx, "asked", email)
            row = await accounts.by_email(tx, email)
            if row is None or row["disabled_at"] is not None:
                return None
            await audit.note(tx, "reset_asked", user_id=row["user_id"], address=source.address)
            return await proofs.new_reset(tx, row["user_id"])

        try:
            word = await self.db.transact(work)
        except TooManyRequestsError:
            return
        except AWAY as error:
            log.warning("a link to a new password was not made", error=type(error).__name__)
            return
        if word is not None:
            await Post(self.settings.smtp).send("reset", email, self.link("reset", word))

    async def reset(self, word: str, password: str, source: Source) -> SignedIn:
        """Set the password that a link allows, and sign in. Raises `BadRequestError`: a spent link.

        Whether it is one is asked before the password is hashed: made-up links take nobody's place in line.
        """
        async with self.db.reading() as reader:
            email = await proofs.resets(reader, word)
        if email is None:
            raise _spent()
        check_new(password, email)
        kept = await self.passwords.hashed(password)

        async def work(tx: Tx) -> SignedIn:
            user_id = await proofs.use_reset(tx, word)
            if user_id is None:
                raise _spent()
            await accounts.set_password(tx, user_id, kept)
            await throttle.forget(tx, email)
            await audit.note(tx, "password_reset", user_id=user_id, address=source.address)
            return await self._begin(tx, user_id, source)

        return await self.db.transact(work)

    def _do_later(self, work: Coroutine[Any, Any, None]) -> None:
        """After the answer, so that its time says nothing."""
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def seen(self, digest: str, user_id: str) -> None:
        """Note that a session or token is in use; not now, and not at all while the database is busy."""
        self._do_later(self._note_seen(digest, user_id))

    async def _note_seen(self, digest: str, user_id: str) -> None:
        try:
            await self.db.transact(partial(proofs.seen, digest=digest, user_id=user_id))
        except AWAY as error:
            log.warning("the use of a session was not noted", error=type(error).__name__)

    async def settled(self) -> None:
        """Returns when everything that was put off is done."""
        await asyncio.gather(*self._later)

    async def close(self) -> None:
        """End what is under way."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)
        self.passwords.close()


def _spent() -> BadRequestError:
    return BadRequestError("This link is used up or too old. Ask for a new one.", code="link_invalid")
