"""Mail: a link to a new password, an invitation. In English and Chinese: nobody knows yet what he reads.

Without a server to send it through the link goes to the log, for whoever runs this installation.
"""

import asyncio
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from typing import Literal

from trailwright.kit.log import get_logger
from trailwright.settings_parts import Smtp

TIMEOUT_S = 20.0
log = get_logger(__name__)

# ruff: noqa: RUF001 - Chinese has its own brackets and commas
_RESET = """\
Somebody, probably you, asked for a new password for your Trailwright account.
Open this link within an hour to set one:

    {link}

If it was not you, do nothing: your password stays as it is.

--

有人（很可能是您本人）请求为您的 Trailwright 账户设置新密码。请在一小时内打开以上链接。
如果不是您本人的操作，请忽略此邮件，您的密码不会改变。
"""
_INVITE = """\
You are invited to Trailwright, where a goal becomes a learning roadmap.
Make your account with this link:

    {link}

--

您被邀请使用 Trailwright：把学习目标变成学习路线图。请用以上链接创建账户。
"""
_WORDS = {
    "reset": ("Set a new password for Trailwright / 为 Trailwright 设置新密码", _RESET),
    "invite": ("Your invitation to Trailwright / Trailwright 邀请", _INVITE),
}


class Post:
    """Sends mail by the settings it is given; never raises: who is told of a link finds out by the log."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp

    @property
    def is_there(self) -> bool:
        """Whether there is a server to send through."""
        return bool(self._smtp.host)

    async def send(self, kind: Literal["reset", "invite"], to: str, link: str) -> bool:
        """Whether it was sent; where no server is set the link stands in the log."""
        if not self.is_there:
            log.warning("no mail server is set; hand this link over yourself", kind=kind, to=to, link=link)
            return False
        try:
            await asyncio.to_thread(self._deliver, self._letter(kind, to, link))
        except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
            log.warning("mail was not sent", kind=kind, error=type(error).__name__)
            return False
        return True

    def _letter(self, kind: str, to: str, link: str) -> EmailMessage:
        subject, text = _WORDS[kind]
        letter = EmailMessage()
        name, sender = parseaddr(self._smtp.sender or f"trailwright@{self._smtp.host}")
        letter["From"] = Address(name or "Trailwright", addr_spec=sender)
        letter["To"] = Address(addr_spec=to)
        letter["Subject"] = subject
        letter["Date"] = format_datetime(localtime())
        letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text.format(link=link))
        return letter

    def _deliver(self, letter: EmailMessage) -> None:
        smtp, trust = self._smtp, ssl.create_default_context()
        assert smtp.host is not None  # noqa: S101 - asked before
        if smtp.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=TIMEOUT_S, context=trust)
        else:
            server = smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT_S)
        with server:
            if smtp.tls == "starttls":
                server.starttls(context=trust)
            if smtp.username and smtp.password is not None:
                server.login(smtp.username, smtp.password.get_secret_value())
            server.send_message(letter)
