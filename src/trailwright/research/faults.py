"""The closed set of what can go wrong at a search provider. Nothing above sees a vendor's error."""

from typing import Literal, get_args

SearchFaultCode = Literal["search_auth", "search_rate_limited", "search_unavailable"]
SEARCH_FAULT_CODES: tuple[SearchFaultCode, ...] = get_args(SearchFaultCode)

SEARCH_WORDS: dict[SearchFaultCode, str] = {
    "search_auth": "The search provider refused the key. Mend it in the settings, then try again.",
    "search_rate_limited": "The search provider limits requests. Try again later or raise the limit there.",
    "search_unavailable": "The search provider cannot be reached or is out of order. Try again later.",
}
"""What a person reads: plain, what to do, never a provider's message."""


class SearchFault(Exception):  # noqa: N818 - a value at the border, matched by code
    """A search that gave no usable answer.

    `retry_after_s`: what the provider asked for, in seconds. `detail` is for the log and holds no key.
    """

    def __init__(
        self,
        code: SearchFaultCode,
        *,
        retry_after_s: float | None = None,
        detail: str = "",
        message: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code: SearchFaultCode = code
        self.retry_after_s = retry_after_s
        self.detail = detail
        self.message = message or SEARCH_WORDS[code]
