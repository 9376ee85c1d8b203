"""The only error type that crosses a layer."""

from collections.abc import Sequence


class GenieError(Exception):
    """Report a failure that a client may see: a stable `code`, a plain `message` and a fitting HTTP `status`.

    `field` names the offending input where there is one, `known` what could be given instead. Raise it `from` its cause
    at the edge of a stage.
    """

    status = 500

    def __init__(self, code: str, message: str, *, field: str | None = None, known: Sequence[str] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.field = field
        self.known = known


class BadInput(GenieError):
    """The request can never succeed as it stands."""

    status = 400


class NotFound(GenieError):
    """What the request names does not exist, or belongs to somebody else."""

    status = 404


class Unauthorized(GenieError):
    """The caller has not said who they are, or not truly."""

    status = 401


class Refused(GenieError):
    """The caller is not allowed to do this."""

    status = 403


class TooLarge(GenieError):
    """A stated limit was passed."""

    status = 413


class Unsatisfiable(GenieError):
    """A part was asked for that the whole does not have."""

    status = 416


class Unsupported(GenieError):
    """The input is well formed, but of a kind that cannot be handled."""

    status = 415


class Conflict(GenieError):
    """The thing named is not in a state that allows this."""

    status = 409


class Busy(GenieError):
    """A bounded resource is full: the same request may succeed in about `retry_s` seconds."""

    status = 429

    def __init__(self, code: str, message: str, *, field: str | None = None, retry_s: float = 5.0) -> None:
        super().__init__(code, message, field=field)
        self.retry_s = retry_s


class Unavailable(GenieError):
    """A part of the server cannot serve at present."""

    status = 503


class StageFailed(GenieError):
    """An engine, an agent or a remote service failed or passed its deadline."""

    status = 502
