"""What can go wrong in the data layer, as exceptions whose text is a sentence for the user."""

from __future__ import annotations

from uuid import UUID


class CustomerCenterError(Exception):
    """Base of every error that is shown to a user as its text alone.

    ``batch_id`` is that of an import which was interrupted after some of its rows were committed.
    """

    batch_id: UUID | None = None


class ConfigurationError(CustomerCenterError):
    """A setting is missing or makes no sense; the text names it and where it was set.

    Where several make no sense there is a sentence for each.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class DatabaseUnavailable(CustomerCenterError):
    """The database cannot be reached or went away; nothing was written unless said otherwise."""


class SchemaMismatch(CustomerCenterError):
    """The schema of the database is not the one that this version works on."""


class NotFound(CustomerCenterError):
    """No row has this id (any more)."""


class Refused(CustomerCenterError):
    """The database or a rule refused a value; the text says which and why."""


class ReadOnly(Refused):
    """The session takes no changes, for read-only mode was chosen."""

    def __init__(self) -> None:
        super().__init__(
            "Read-only: nothing was changed (customer-center config tells what sets it)."
        )


class Deadlock(Refused):
    """Two programs waited for each other's rows; nothing was written, and it may be tried again."""

    def __init__(self) -> None:
        super().__init__("Not changed: two programs were in each other's way; try again.")


class InvalidPath(Refused):
    """A JSONPath makes no sense; ``position`` is the character where, from 1, if it is known.

    It is one more than the path has where its end came too early.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        self.position = position
        super().__init__(message)


class TransitionRefused(Refused):
    """A status may not become another one.

    ``suppressed`` is True where leaving the current status needs a written reason.
    """

    def __init__(self, current: str, target: str, *, suppressed: bool = False) -> None:
        self.current = current
        self.target = target
        self.suppressed = suppressed
        why = (
            f"{current} is suppressed: leaving it must be forced with a reason"
            if suppressed
            else f"{current} does not go to {target} (it can be forced)"
        )
        super().__init__(f"Not changed: {why}.")


class Suppressed(Refused):
    """An address or its domain is suppressed, so that its lead may not be sent to.

    The text says which and why. A reason forces it.
    """


class StaleRow(CustomerCenterError):
    """Another writer changed the row since it was read.

    ``current`` is the row as it is now (a frozen row of ``db.rows``), ``actor`` who changed it last
    where the journal knows.
    """

    def __init__(self, message: str, current: object = None, actor: str | None = None) -> None:
        self.current = current
        self.actor = actor
        super().__init__(message)


class ImportFailed(CustomerCenterError):
    """A file cannot be imported; the text says why and where in it. Nothing was written."""


class HeaderNotFound(ImportFailed):
    """None of the first lines is a header that is known; ``begins`` is what stands there."""

    def __init__(self, title: str, begins: str) -> None:
        self.title = title
        self.begins = begins
        super().__init__(f"{title} has no known header: it begins with {begins}.")


class ImportCancelled(CustomerCenterError):
    """The user stopped an import before its end. Nothing was written but what is in under its batch."""


class ExportCancelled(CustomerCenterError):
    """The user stopped an export before its end. No file was written."""


class ReadCancelled(CustomerCenterError):
    """A read was stopped before its end: by the user, or because nobody wants its answer."""

    def __init__(self) -> None:
        super().__init__("Stopped.")


class ReadGivenUp(ReadCancelled):
    """The user would not wait for a read."""


class SearchCancelled(CustomerCenterError):
    """The user stopped a long search before its end."""


class WriteCancelled(CustomerCenterError):
    """The user stopped a write before its end. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("Stopped: nothing was changed.")
