"""JSON text to Python values and back, at any depth and without losing a digit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from db.errors import CustomerCenterError

DEEPEST = 10_000
"""Levels of a document that are read; PostgreSQL stores hardly more."""


class InvalidJson(CustomerCenterError):
    """The text is no JSON document, or one too deep; the message says what is wrong and where."""


class Number(str):
    """A number, as exactly the text that the document has for it (``1.10``, ``1e400``)."""

    __slots__ = ()


def parse(text: str) -> Any:
    """The document as dicts, lists, strings, booleans, None and `Number`, to `DEEPEST` levels.

    Raises `InvalidJson`. Other threads run while a large document is parsed.
    """
    try:
        if len(text) <= _AT_ONCE:
            try:
                return _DECODER.decode(text)
            except RecursionError:
                pass
        return _Walker(text).document()
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:].removesuffix(" starting at")
        raise InvalidJson(
            f"This is not valid JSON: {what} at line {error.lineno}, column {error.colno}."
        ) from None


# The parser in C holds all other threads up, but for its calls of functions in Python as these.


def _itself(value: dict[str, Any]) -> dict[str, Any]:
    return value


def _number(text: str) -> Number:
    return Number(text)


_AT_ONCE = 64 * 1024  # characters that the parser in C reads in a moment
_DECODER = json.JSONDecoder(
    object_hook=_itself, parse_int=_number, parse_float=_number, parse_constant=_number
)
_SCAN = _DECODER.scan_once  # type: ignore[attr-defined]
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}


class _Walker:
    """Parses on a stack of its own, and leaves what lies below ``levels`` to the parser in C.

    So C gets neither all members of a wide document in one piece, nor a depth beyond its stack.
    """

    def __init__(self, text: str, levels: int = 1) -> None:
        self._text = text
        self._levels = levels
        self._at = 0

    def document(self) -> Any:
        top: list[Any] = []
        stack: list[dict[str, Any] | list[Any]] = [top]
        keys = [""]  # the key whose value comes next, one a container
        while True:
            value, opened = self._value(len(stack))
            parent = stack[-1]
            if isinstance(parent, dict):
                parent[keys[-1]] = value
            else:
                parent.append(value)
            if opened:
                stack.append(value)
                keys.append("")
                if self._skip() not in ("}", "]"):
                    if isinstance(value, dict):
                        keys[-1] = self._key()
                    continue
            while stack[-1] is not top:  # a value is complete: close what ends here
                in_object = isinstance(stack[-1], dict)
                char = self._skip(",}" if in_object else ",]")
                self._at += 1
                if char == ",":
                    if in_object:
                        keys[-1] = self._key()
                    break
                stack.pop()
                keys.pop()
            else:
                if self._skip():
                    raise self._error("Extra data")
                return top[0]

    def _value(self, level: int) -> tuple[Any, bool]:
        """The value that begins here, and whether it is a container whose members come next."""
        char = self._skip()
        if char in ("{", "["):
            if level > self._levels:
                try:
                    return self._scan(), False
                except RecursionError:
                    self._levels = DEEPEST
            if level > DEEPEST:
                raise self._error(f"More than {DEEPEST:,} levels")
            self._at += 1
            return ({} if char == "{" else []), True
        if char == '"':
            return self._string(), False
        if number := _NUMBER.match(self._text, self._at):
            self._at = number.end()
            return Number(number[0]), False
        if word := _WORD.match(self._text, self._at):
            self._at = word.end()
            return _WORDS[word[0]], False
        raise self._error("Expecting value")

    def _scan(self) -> Any:
        try:
            value, self._at = _SCAN(self._text, self._at)
        except StopIteration as stop:
            raise json.JSONDecodeError("Expecting value", self._text, stop.value) from None
        return value

    def _key(self) -> str:
        self._skip('"')
        name = self._string()
        self._skip(":")
        self._at += 1
        return name

    def _string(self) -> str:
        text: str
        text, self._at = scanstring(self._text, self._at + 1, True)
        return text

    def _skip(self, expected: str = "") -> str:
        """The next character that is no blank; one of the expected ones."""
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
        char = self._text[self._at : self._at + 1]
        if expected and (not char or char not in expected):
            raise self._error(f"Expecting one of {expected}")
        return char

    def _error(self, what: str) -> json.JSONDecodeError:
        return json.JSONDecodeError(what, self._text, self._at)


def is_container(value: object) -> bool:
    """Whether the value is an object or an array with anything in it."""
    return isinstance(value, dict | list) and bool(value)


def scalar_text(value: object) -> str:
    """A scalar as the document writes it, a string without its quotes and escapes."""
    if isinstance(value, str):
        return value
    return {True: "true", False: "false"}.get(value, "null")  # type: ignore[call-overload,no-any-return]


def to_json(value: object, indent: int = 2) -> Iterator[str]:
    """The value as indented JSON text, in pieces, nested to any depth."""
    closers: list[str] = []
    stack: list[Iterator[tuple[str, object]]] = [iter([("", value)])]
    first = True
    while stack:
        for prefix, item in stack[-1]:
            if closers:
                yield ("" if first else ",") + "\n" + " " * (indent * len(closers))
            first = False
            yield prefix
            if not is_container(item):
                yield _leaf(item)
            elif isinstance(item, dict):
                yield "{"
                closers.append("}")
                stack.append((f"{quote(key)}: ", below) for key, below in item.items())
            else:
                yield "["
                closers.append("]")
                stack.append(("", below) for below in item)  # type: ignore[attr-defined]
            if is_container(item):
                first = True
                break
        else:
            stack.pop()
            if closers:
                closer = closers.pop()
                yield "\n" + " " * (indent * len(closers)) + closer


def quote(text: str) -> str:
    """The text as a JSON string, not ASCII only."""
    return json.dumps(text, ensure_ascii=False)


def _leaf(value: object) -> str:
    if isinstance(value, str) and not isinstance(value, Number):
        return quote(value)
    return "{}" if value == {} else "[]" if value == [] else scalar_text(value)
