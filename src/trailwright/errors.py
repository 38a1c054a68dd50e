"""The one tree of errors that a person may see; `api.problems` maps it to problem+json once.

The class docstring is the title users read; `code` is what programs read. `detail` says what to do
and never holds a key, a path, SQL or a provider's words.
"""

from collections.abc import Mapping, Sequence


class AppError(Exception):
    """Something went wrong."""

    status = 500
    code = "internal"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        errors: Sequence[Mapping[str, object]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.errors = list(errors)
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        """First line of the class docstring: the title users read."""
        return (type(self).__doc__ or "Error").strip().splitlines()[0]


class BadRequestError(AppError):
    """This cannot be done in the present state."""

    status = 400
    code = "bad_request"


class UnauthorizedError(AppError):
    """Please sign in first."""

    status = 401
    code = "unauthorized"


class ForbiddenError(AppError):
    """This is not yours to see or change."""

    status = 403
    code = "forbidden"


class NotFoundError(AppError):
    """There is no such thing here."""

    status = 404
    code = "not_found"


class ConflictError(AppError):
    """Something changed in between, or is under way."""

    status = 409
    code = "conflict"


class PayloadTooLargeError(AppError):
    """What was sent is too large."""

    status = 413
    code = "payload_too_large"


class InvalidError(AppError):
    """What was sent is not valid."""

    status = 422
    code = "invalid"


class TooManyRequestsError(AppError):
    """Too many requests; wait a little."""

    status = 429
    code = "too_many_requests"


class BusyError(AppError):
    """The server is busy; try again shortly."""

    status = 503
    code = "busy"


class LeaseLost(Exception):  # noqa: N818 - a field word: an outcome, not a failure
    """The item was taken away; nothing was written."""
