"""What is wrong in a configuration: noted while the rest is looked at, then told all at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from db.errors import ConfigurationError


class Problems:
    """Sentences on what is wrong, in the order in which it was found."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def note(self, error: ConfigurationError) -> None:
        """Take note of an error; one that was noted already is told once."""
        self._sentences.update(dict.fromkeys(error.sentences))

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Take note of what is wrong within, and go on after it."""
        try:
            yield
        except ConfigurationError as error:
            self.note(error)

    def tell(self) -> None:
        """Raise ConfigurationError where anything was noted."""
        if self._sentences:
            raise ConfigurationError(*self._sentences)
