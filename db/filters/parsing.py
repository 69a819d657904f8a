"""From text to a filter, by hand: a grammar this small, with an exact place for each error.

filter = { term }                                  all terms hold; white space between them
term   = ["-"] [ field ":" ] value { "," value }   any of the values; "-" turns it round
value  = [ "~" "=" "<" "<=" ">" ">=" ] { letters | '"' letters '"' | "*" }
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, cast

from db.filters.errors import FilterError
from db.filters.fields import (
    DOCUMENTS,
    FIELDS,
    FORMS,
    JSON,
    Field,
    Kind,
    document,
    named,
    nearest,
    optional,
)
from db.filters.reader import LONGEST, OPERATOR, Raw, Reader
from db.filters.times import is_calendar, read_time
from db.filters.tree import (
    Between,
    Compared,
    Day,
    Filter,
    Operator,
    Path,
    Step,
    Term,
    Text,
    Time,
    Value,
)

MOST_STEPS: Final = 50

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_FIELD: Final = re.compile(r"([A-Za-z_][\w.]*):", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,10}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_LARGEST: Final = 2**31 - 1
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DOCUMENT_NAMES: Final = sorted(
    (name for field in DOCUMENTS for name in (field.name, *field.aliases)), key=len, reverse=True
)
_DOCUMENT: Final = re.compile(
    rf"(?:{'|'.join(map(re.escape, _DOCUMENT_NAMES))})(?![\w-])", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w.-]*")
_KEY: Final = re.compile(r'[^\s.\[\]=!~<>,":*]+')
_INDEX: Final = re.compile(r"\[(?:(\d{1,6})|\*)\]", re.ASCII)
_MOST_SHOWN: Final = 40
JSON_OPERATORS: Final = ("=", "!=", "~", "<", "<=", ">", ">=")
_WORDS: Final = Field("", Kind.TEXT, "lead", (), "words")


def parse(text: str) -> Filter:
    """Return the filter of a text. Raises FilterError, which says where and what would be valid.

    Text of white space alone is a filter that all leads pass.
    """
    broken = _UNSTORABLE.search(text)
    if broken is not None:
        raise FilterError("This character is in no text of a database.", text, broken.start(), 1)
    reader = Reader(text)
    terms: list[Term] = []
    while reader.skip_space():
        terms.append(_term(reader))
    return Filter(tuple(terms))


def _term(reader: Reader) -> Term:
    start = reader.at
    negated = reader.take("-")
    if negated and reader.ended():
        raise reader.error("After - there must be a condition.", start, expected=_names())
    name = reader.match(_FIELD)
    if name is None:
        return Term("", _values(reader, _WORDS), negated)
    field = named(name[1])
    if field is None:
        meant = nearest(name[1], _names())
        hint = f"did you mean {meant}?" if meant else "a text with a colon needs quotes."
        raise reader.error(f"There is no field {_shown(name[1])}; {hint}", *name.span(1), _names())
    if field.kind is Kind.PATH:
        return _path_term(reader, negated)
    return Term(field.name, _values(reader, field), negated)


def _values(reader: Reader, field: Field) -> tuple[Value, ...]:
    values = [_value(reader, field)]
    while reader.take(","):
        values.append(_value(reader, field))
    return tuple(values)


def _value(reader: Reader, field: Field) -> Value:
    raw = reader.raw()
    if raw.start == raw.end:
        what = field.name or "Here"
        raise reader.error(f"{what}: a value is missing.", raw.start, expected=expected(field))
    match field.kind:
        case Kind.NUMBER | Kind.TIME:
            return _measure(reader, field, raw)
        case Kind.WORD:
            return _word(reader, field, raw)
        case Kind.FIELDS:
            return _field_name(reader, field, raw)
        case Kind.ID:
            return _id(reader, field, raw)
        case _:
            return _text(reader, field, raw)


def expected(field: Field) -> tuple[str, ...]:
    """Return what would be valid after the name of a field: its values, or examples."""
    return field.choices or FORMS[field.kind]


def _text(reader: Reader, field: Field, raw: Raw) -> Text:
    if raw.operator not in ("", "=", "~"):
        what = f"{field.name} is text" if field.name else "These are words"
        sentence = f"{what}, which {raw.operator} does not compare."
        raise reader.error(sentence, raw.start - len(raw.operator), raw.start, expected(field))
    contains = raw.operator == "~" or not field.name
    if contains and raw.parts == ("",):
        raise reader.error("There is nothing to look for.", raw.start, raw.end, expected(field))
    return Text(raw.parts, contains)


def _word(reader: Reader, field: Field, raw: Raw) -> Text:
    """A word of the vocabulary; in quotes or with wildcards any other, for rows may have it."""
    text = _text(reader, field, raw)
    if raw.in_quotes and text.exact is not None and not field.closed:
        return text
    text = Text(tuple(part.lower() for part in text.parts), text.contains)
    free = text.exact is None and not field.closed
    if not free and text.exact not in field.choices:
        raise _unknown(reader, raw, f"{field.name} has no value", field.choices)
    return text


def _field_name(reader: Reader, field: Field, raw: Raw) -> Text:
    name = reader.text[raw.start : raw.end]
    found = None if raw.operator else optional(name)
    if found is not None:
        return Text((found.name,))
    if named(name) is not None and not raw.operator:
        raise reader.error(f"{_shown(name)} is never empty.", raw.start, raw.end, field.choices)
    raise _unknown(reader, raw, f"{field.name} knows no field", field.choices)


def _unknown(reader: Reader, raw: Raw, what: str, valid: tuple[str, ...]) -> FilterError:
    word = reader.text[raw.start : raw.end]
    meant = nearest(word, valid)
    hint = f"; did you mean {meant}?" if meant else "."
    start = raw.start - len(raw.operator)
    return reader.error(
        f"{what} {_shown(reader.text[start : raw.end])}{hint}", start, raw.end, valid
    )


def _id(reader: Reader, field: Field, raw: Raw) -> Text:
    text = reader.text[raw.start : raw.end]
    if raw.operator not in ("", "=") or not _ID.fullmatch(text):
        raise reader.error(f"{_shown(text)} is not an id.", raw.start, raw.end, expected(field))
    return Text((text.lower(),))


def _measure(reader: Reader, field: Field, raw: Raw) -> Compared | Between:
    """A number or a time, compared or as a range, whose one end may be open."""
    low, dots, high = reader.text[raw.start : raw.end].partition("..")
    if raw.operator == "~":
        start = raw.start - 1
        raise reader.error(
            f"{field.name} is no text, so ~ says nothing.", start, start + 1, expected(field)
        )
    operator = cast(Operator, raw.operator or "=")
    if not dots:
        operand = _operand(reader, field, raw.start, low)
        return Compared(operator, operand)
    if raw.operator:
        raise reader.error("A range needs no other sign.", raw.start - len(raw.operator), raw.start)
    if not low and not high:
        raise reader.error("A range has an end at least.", raw.start, raw.end, expected(field))
    first = _operand(reader, field, raw.start, low) if low else None
    last = _operand(reader, field, raw.end - len(high), high) if high else None
    if first is not None and last is not None:
        if _reversed(first, last):
            raise reader.error("This range ends before it begins.", raw.start, raw.end)
        return Between(first, last)
    one = first if first is not None else last
    assert one is not None
    if field.kind is Kind.TIME and not is_calendar(one):
        sentence = f"Write <{one} or >{one}: an open range of times needs a date."
        raise reader.error(sentence, raw.start, raw.end, expected(field))
    return Compared(">=" if last is None else "<=", one)


def _operand(reader: Reader, field: Field, start: int, text: str) -> int | Time:
    end = start + len(text)
    if field.kind is Kind.NUMBER:
        number = int(text) if _NUMBER.fullmatch(text) else None
        if number is None or number > _LARGEST:
            sentence = f"{_shown(text)} is not a whole number up to {_LARGEST:,}."
            raise reader.error(sentence, start, end, expected(field))
        return number
    try:
        time = read_time(text)
    except ValueError as error:
        raise reader.error(str(error), start, end, expected(field)) from None
    if time is None:
        raise reader.error(f"{_shown(text)} is no date and no age.", start, end, expected(field))
    return time


def _reversed(low: int | Time, high: int | Time) -> bool:
    """Tell whether a range can hold nothing, whenever one asks."""
    if isinstance(low, int) and isinstance(high, int):
        return low > high
    return isinstance(low, Day) and isinstance(high, Day) and low.first > high.first


def _path_term(reader: Reader, negated: bool) -> Term:
    """A place in a document, and what must stand there; ``!=`` is ``=`` turned round."""
    path = _path(reader)
    if reader.ended():
        return Term(JSON.name, (), negated, path)
    if reader.take("!"):
        if not reader.take("="):
            raise reader.error("After ! there must be =.", reader.at - 1, expected=JSON_OPERATORS)
        reader.at -= 1
        negated = not negated
    elif OPERATOR.match(reader.text, reader.at) is None:
        end = reader.at + 1
        sentence = (
            f"{_shown(reader.text[reader.at : end])} neither goes on with the path nor compares."
        )
        raise reader.error(sentence, reader.at, end, (".", "[", *JSON_OPERATORS))
    values = [_path_value(reader)]
    while reader.take(","):
        values.append(_path_value(reader))
    return Term(JSON.name, tuple(values), negated, path)


def _path(reader: Reader) -> Path:
    start = reader.at
    name = reader.match(_DOCUMENT)
    found = document(name[0]) if name else None
    if found is None:
        reader.match(_WORD)
        typed = reader.text[start : reader.at]
        sentence = f"There is no document {_shown(typed)}." if typed else "A document is missing."
        raise reader.error(sentence, start, expected=tuple(field.name for field in DOCUMENTS))
    steps: list[Step] = []
    while not reader.ended() and reader.text[reader.at] in ".[":
        steps.append(_step(reader))
        if len(steps) > MOST_STEPS:
            raise reader.error(f"A path has at most {MOST_STEPS} steps.", start)
    return Path(found.name, tuple(steps))


def _step(reader: Reader) -> Step:
    start = reader.at
    if reader.text[start] == "[":
        index = reader.match(_INDEX)
        if index is None:
            raise reader.error("This is no place in an array.", start, start + 1, ("[0]", "[*]"))
        return int(index[1]) if index[1] else None
    reader.at += 1
    if reader.text[reader.at : reader.at + 1] == '"':
        key = reader.quoted()
    else:
        found = reader.match(_KEY)
        if found is None:
            raise reader.error(
                "A key is missing after the dot.", reader.at, expected=("key", '"a key"')
            )
        key = found[0]
    if len(key) > LONGEST:
        raise reader.error(f"A key has at most {LONGEST:,} letters.", start)
    return key


def _path_value(reader: Reader) -> Value:
    raw = reader.raw()
    if raw.start == raw.end:
        raise reader.error("json: a value is missing.", raw.start, expected=FORMS[Kind.PATH])
    if raw.operator in ("", "=", "~"):
        return _text(reader, JSON, raw)
    text = reader.text[raw.start : raw.end]
    if not _DECIMAL.fullmatch(text):
        raise reader.error(f"{_shown(text)} is not a number.", raw.start, raw.end, ("50", "-2.5"))
    return Compared(cast(Operator, raw.operator), Decimal(text))


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in FIELDS)


def _shown(text: str) -> str:
    """A piece of the text in a sentence, not longer than a sentence may be."""
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")
