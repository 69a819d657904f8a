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

    Raises `InvalidJson`. Other threads run meanwhile.
    """
    try:
        return json.loads(
            text,
            object_hook=_itself,
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number,
        )
    except RecursionError:
        return _parse_deep(text)
    except json.JSONDecodeError as error:
        raise _invalid(error) from None


def _itself(value: dict[str, Any]) -> dict[str, Any]:
    # The parser in C holds all other threads up, but for its calls of Python functions.
    return value


def _invalid(error: json.JSONDecodeError) -> InvalidJson:
    what = error.msg[:1].lower() + error.msg[1:].removesuffix(" starting at")
    return InvalidJson(
        f"This is not valid JSON: {what} at line {error.lineno}, column {error.colno}."
    )


_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}


def _parse_deep(text: str) -> Any:
    """What `parse` does, on a stack of its own instead of Python's."""
    top: list[Any] = []
    stack: list[dict[str, Any] | list[Any]] = [top]
    keys: list[str] = [""]  # the key whose value comes next, one a container
    position = 0

    def skip(expected: str) -> str:
        nonlocal position
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        char = text[position : position + 1]
        if expected and (not char or char not in expected):
            raise json.JSONDecodeError(f"Expecting one of {expected}", text, position)
        return char

    def string() -> str:
        nonlocal position
        value: str
        value, position = scanstring(text, position + 1, True)
        return value

    def key() -> str:
        nonlocal position
        skip('"')
        name = string()
        skip(":")
        position += 1
        return name

    try:
        while True:
            char = skip("")
            value: Any
            if char and char in "{[":
                value = {} if char == "{" else []
            elif char == '"':
                value = string()
            elif number := _NUMBER.match(text, position):
                value, position = Number(number[0]), number.end()
            elif word := _WORD.match(text, position):
                value, position = _WORDS[word[0]], word.end()
            else:
                raise json.JSONDecodeError("Expecting value", text, position)

            parent = stack[-1]
            if isinstance(parent, dict):
                parent[keys[-1]] = value
            else:
                parent.append(value)
            if isinstance(value, dict | list):
                if len(stack) > DEEPEST:
                    raise json.JSONDecodeError(f"More than {DEEPEST:,} levels", text, position)
                position += 1
                stack.append(value)
                keys.append("")
                if skip("") not in ("}", "]"):
                    if isinstance(value, dict):
                        keys[-1] = key()
                    continue
            while stack[-1] is not top:  # a value is complete: close what ends here
                container = stack[-1]
                char = skip(",}" if isinstance(container, dict) else ",]")
                position += 1
                if char == ",":
                    if isinstance(container, dict):
                        keys[-1] = key()
                    break
                stack.pop()
                keys.pop()
            else:
                if skip(""):
                    raise json.JSONDecodeError("Extra data", text, position)
                return top[0]
    except json.JSONDecodeError as error:
        raise _invalid(error) from None


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
