"""What is wrong with the text of a filter, and where."""

from __future__ import annotations

from db.errors import CustomerCenterError


class FilterError(CustomerCenterError):
    """A text that is no filter.

    ``text[offset:offset + length]`` is what is wrong in it; at its end, where something is missing,
    ``length`` is 0. ``str()`` is one sentence, and ``expected`` lists what would be valid there:
    names, values, or forms such as ``2026-11-25``.
    """

    def __init__(
        self, sentence: str, text: str, offset: int, length: int, expected: tuple[str, ...] = ()
    ) -> None:
        super().__init__(sentence)
        self.text = text
        self.offset = offset
        self.length = length
        self.expected = expected

    @property
    def offending(self) -> str:
        """The part of the text that is wrong."""
        return self.text[self.offset : self.offset + self.length]
