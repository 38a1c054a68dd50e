"""Reads a stranger's answer without trusting its length, its compression or its charset."""

import codecs
import re
import zlib
from collections.abc import AsyncIterable

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
ACCEPT_ENCODING = "gzip, deflate"

_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([a-z0-9_:.-]{2,40})""", re.IGNORECASE
)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([a-z0-9_:.-]{2,40})""", re.IGNORECASE)
_SNIFF = 1_024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

# Encodings the web uses; Python has others, some of which are slow or no encodings of text at all.
_CHARSETS = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-16-le", "utf-16-be", "utf-16", "ascii", "latin-1", "cp1252", "iso8859-15"),
        *("iso8859-2", "cp1250", "iso8859-5", "cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-7", "cp1253"),
        *("iso8859-9", "cp1254", "iso8859-8", "cp1255", "iso8859-6", "cp1256", "cp1257", "cp1258", "cp874"),
        *("gbk", "gb2312", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "iso2022_jp"),
        *("euc_kr", "cp949"),
    )
)


class _Inflater:
    """Inflates at most what is asked for; raw deflate, as some servers send it, is understood too."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._fresh = True

    def feed(self, data: bytes, room: int) -> bytes:
        """At most `room` bytes; what did not fit is thrown away. Raises zlib.error."""
        fresh, self._fresh = self._fresh, False
        try:
            return self._stream.decompress(data, room)
        except zlib.error:
            if not fresh:
                raise
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._stream.decompress(data, room)


async def read_capped(chunks: AsyncIterable[bytes], coding: str, cap: int) -> tuple[bytes, bool]:
    """The body and whether it was cut: at `cap` bytes on the wire or unpacked, or where it is broken.

    A content coding that was not asked for gives an empty, cut body.
    """
    coding = coding.strip().lower()
    if coding not in _CODINGS:
        return b"", True
    inflater = None if coding in {"", "identity"} else _Inflater()
    body = bytearray()
    wire = 0
    async for chunk in chunks:
        wire += len(chunk)
        room = cap - len(body) + 1
        try:
            body += inflater.feed(chunk, room) if inflater else chunk[:room]
        except zlib.error:
            return bytes(body), True
        if len(body) > cap or wire > cap:
            return bytes(body[:cap]), True
    return bytes(body), False


def charset_of(content_type: str, body: bytes) -> str:
    """The declared charset (byte order mark, header, then meta) where the web uses it, else UTF-8."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    header = _HEADER_CHARSET.search(content_type[:300])
    meta = _META_CHARSET.search(body[:_SNIFF])
    declared = header[1] if header else meta[1].decode("ascii") if meta else "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return "utf-8"
    return name if name in _CHARSETS else "utf-8"


def decoded(content_type: str, body: bytes) -> str:
    """The body as text; bytes that do not fit become replacement characters."""
    return body.decode(charset_of(content_type, body), errors="replace").removeprefix("\ufeff")
