"""The filter language: what a text means, how it is written, and what is wrong with one and where."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.filters import Filter, FilterError, complete, local_now, markdown, parse
from db.filters.fields import FIELDS, FORMS, OPTIONAL, Kind
from db.filters.times import LOCAL, span
from db.filters.tree import Ago, Between, Compared, Day, Near, Path, Term, Text, Value
from tests.db.filter_support import filters

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=BERLIN)


def failure(text: str) -> FilterError:
    with pytest.raises(FilterError) as raised:
        parse(text)
    return raised.value


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("status:new,ready", "status", (Text(("new",)), Text(("ready",)))),
        ("STATUS:NEW", "status", (Text(("new",)),)),
        ('status:"waiting room"', "status", (Text(("waiting room",)),)),
        ("status:not_*", "status", (Text(("not_", "")),)),
        ('campaign:"Q3 DACH"', "campaign", (Text(("Q3 DACH",)),)),
        ('campaign:"Q3 "*', "campaign", (Text(("Q3 ", "")),)),
        ('campaign:"Q3*"', "campaign", (Text(("Q3*",)),)),
        ("domain:acme.*", "domain", (Text(("acme.", "")),)),
        ("email:*@acme.com", "email", (Text(("", "@acme.com")),)),
        ("title:a**b*c", "title", (Text(("a", "b", "c")),)),
        ("title:*", "title", (Text(("", "")),)),
        ("title:~cto,=ceo", "title", (Text(("cto",), contains=True), Text(("ceo",)))),
        ('title:"a\\"b\\\\c\\d"', "title", (Text(('a"b\\c\\d',)),)),
        ('title:""', "title", (Text(("",)),)),
        ("company:Acme", "organization", (Text(("Acme",)),)),
        ("reply:today", "replied", (Compared("=", Near("today")),)),
        ("employees:50", "employees", (Compared("=", 50),)),
        ("employees:<=50,>500", "employees", (Compared("<=", 50), Compared(">", 500))),
        ("employees:50..500", "employees", (Between(50, 500),)),
        ("employees:50..", "employees", (Compared(">=", 50),)),
        ("employees:..50", "employees", (Compared("<=", 50),)),
        ("sent:<7d", "sent", (Compared("<", Ago(7, "d")),)),
        ("sent:30min", "sent", (Compared("=", Ago(30, "min")),)),
        ("sent:3mo..1y", "sent", (Between(Ago(3, "mo"), Ago(1, "y")),)),
        ("created:2026", "created", (Compared("=", Day(2026)),)),
        ("created:>=2026-1-5", "created", (Compared(">=", Day(2026, 1, 5)),)),
        ("created:2026-01..2026-03", "created", (Between(Day(2026, 1), Day(2026, 3)),)),
        ("created:2024-02-29..", "created", (Compared(">=", Day(2024, 2, 29)),)),
        (
            "has:icebreaker,email_icebreaker,raw",
            "has",
            tuple(Text((name,)) for name in ("icebreaker", "icebreaker", "website_raw_data")),
        ),
        ("no:reply", "no", (Text(("replied",)),)),
        ("group:answered,unknown", "group", (Text(("answered",)), Text(("unknown",)))),
        ("ada", "", (Text(("ada",), contains=True),)),
        ('"head of"', "", (Text(("head of",), contains=True),)),
        ("e-mail", "", (Text(("e-mail",), contains=True),)),
    ],
)
def test_a_term_means(text: str, field: str, values: tuple[Value, ...]) -> None:
    assert parse(text) == Filter((Term(field, values),))
    assert parse(f" -{text}\n") == Filter((Term(field, values, negated=True),))


@pytest.mark.parametrize(
    ("text", "path", "values", "negated"),
    [
        ("json:summary", Path("website_summary_data"), (), False),
        ("json:raw.pages[0].title", Path("website_raw_data", ("pages", 0, "title")), (), False),
        ("json:lead.custom_data.a", Path("custom_data", ("a",)), (), False),
        ("json:custom[*]", Path("custom_data", (None,)), (), False),
        (
            'json:company.custom_data."a b"=x,~y*',
            Path("organization.custom_data", ("a b",)),
            (Text(("x",)), Text(("y", ""), contains=True)),
            False,
        ),
        (
            "json:summary.score>=-2.50",
            Path("website_summary_data", ("score",)),
            (Compared(">=", Decimal("-2.50")),),
            False,
        ),
        ("json:custom.a!=x", Path("custom_data", ("a",)), (Text(("x",)),), True),
        ("-json:custom.a!=x", Path("custom_data", ("a",)), (Text(("x",)),), False),
    ],
)
def test_a_place_in_a_document_means(
    text: str, path: Path, values: tuple[Value, ...], negated: bool
) -> None:
    assert parse(text) == Filter((Term("json", values, negated, path),))


def test_all_of_it_together_is_its_own_canonical_text() -> None:
    text = (
        'status:new,ready campaign:"Q3 DACH" domain:acme.* title:~cto country:DE has:icebreaker '
        "-verification:invalid sent:<7d employees:50..500 "
        "json:website_summary_data.industry=software ada"
    )
    assert str(parse(text)) == text


def test_nothing_but_white_space_is_a_filter_that_all_pass() -> None:
    assert parse(" \t\n") == Filter()
    assert not parse("")


@pytest.mark.parametrize(
    ("text", "offending", "offset", "expected"),
    [
        ("status:new,foo", "foo", 11, "ready"),
        ("status:~new,foo", "foo", 12, "ready"),
        ("a stat:new", "stat", 2, "status"),
        ("https://acme.com", "https", 0, "email"),
        ("status:", "", 7, "new"),
        ("title: x", "", 6, "~part"),
        ("title:a,", "", 8, "~part"),
        ("title:~", "", 7, "~part"),
        ('title:~""', '""', 7, "~part"),
        ('title:"abc', '"', 6, '"'),
        ("title:<5", "<", 6, "~part"),
        ("- x", "-", 0, "status"),
        ("x ,y", "", 2, "word"),
        ("employees:many", "many", 10, "50..500"),
        ("employees:~5", "~", 10, "50..500"),
        ("employees:2147483648", "2147483648", 10, "<50"),
        ("employees:500..50", "500..50", 10, None),
        ("employees:..", "..", 10, "50..500"),
        ("employees:>5..9", ">", 10, None),
        ("employees:5..x", "x", 13, "50..500"),
        ("sent:2026-02-30", "2026-02-30", 5, "2026-11-25"),
        ("sent:2026-01..2026-13", "2026-13", 14, "2026-11"),
        ("sent:2025-02-29..2026", "2025-02-29", 5, "2026-11"),
        ("sent:0000", "0000", 5, "2026"),
        ("sent:101y", "101y", 5, "1y"),
        ("sent:5m", "5m", 5, "30min"),
        ("sent:7d..", "7d..", 5, "<7d"),
        ("sent:2026-03..2026-01", "2026-03..2026-01", 5, None),
        ("group:late", "late", 6, "answered"),
        ('group:"late"', '"late"', 6, "answered"),
        ("verification:vaild", "vaild", 13, "valid"),
        ("has:shoes", "shoes", 4, "icebreaker"),
        ("no:status", "status", 3, "icebreaker"),
        ("id:5", "5", 3, None),
        ("json:", "", 5, "custom_data"),
        ("json:nothing.a", "nothing.a", 5, "custom_data"),
        ("json:customer=1", "customer", 5, "custom_data"),
        ("json:custom.", "", 12, '"a key"'),
        ("json:custom[x]", "[", 11, "[0]"),
        ("json:custom[1234567]", "[", 11, "[*]"),
        ("json:custom.a<x", "x", 14, "50"),
        ("json:custom.a!x", "!", 13, "!="),
        ("json:custom.a:x", ":", 13, "="),
        ("json:custom.a=", "", 14, None),
        ("a\0b", "\0", 1, None),
        ("a\ud800", "\ud800", 1, None),
    ],
)
def test_an_error_points_at_its_place_and_lists_what_is_valid(
    text: str, offending: str, offset: int, expected: str | None
) -> None:
    error = failure(text)
    assert (error.offset, error.offending) == (offset, offending)
    assert str(error).endswith((".", "?"))
    assert expected is None or expected in error.expected


def test_a_likely_word_is_proposed() -> None:
    assert str(failure("status:redy")) == "status has no value 'redy'; did you mean ready?"
    assert str(failure("countri:DE")).endswith("did you mean country?")


def test_a_megabyte_that_was_pasted_is_one_short_sentence() -> None:
    words = ("x", "x ", "a:", '"', "\\", "*", "title:a,", '"x"y')
    for text in (*(word * 200_000 for word in words), "json:custom" + ".a" * 200_000):
        error = failure(text)
        assert len(str(error)) < 200
        assert error.offset + error.length <= len(text)
        assert not complete(text, len(text)).options


def read_or_refused(text: str) -> Filter | FilterError:
    try:
        return parse(text)
    except FilterError as error:
        return error


def check_any(text: str) -> None:
    """A text is a filter that is the same when written and read again, or an error within it."""
    found = read_or_refused(text)
    if isinstance(found, Filter):
        assert parse(str(found)) == found
    else:
        assert 0 <= found.offset <= found.offset + found.length <= len(text)
        assert str(found)


@given(st.text(max_size=40) | st.text('ab:,-*"~<>=.[]! 0129\\', max_size=30))
@example("-")
@example('json:custom."')
@example('status:A"B"*')
def test_any_text_is_a_filter_or_an_error_within_the_text(text: str) -> None:
    check_any(text)


@given(
    st.sampled_from([field.name for field in FIELDS]),
    st.sampled_from(["", "<", "<=", ">", ">=", "=", "~"]),
    st.text('newN50..2026-1120d,"*custom_data.a=', max_size=20),
)
def test_any_value_of_a_field_is_a_filter_or_an_error_within_the_text(
    name: str, operator: str, value: str
) -> None:
    check_any(f"{name}:{operator}{value}")


@given(filters())
def test_a_filter_written_and_read_again_is_the_same(made: Filter) -> None:
    assert parse(str(made)) == made


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", local(2026, 11, 25), local(2026, 11, 26)),
        ("yesterday", local(2026, 11, 24), local(2026, 11, 25)),
        ("<today", None, local(2026, 11, 25)),
        (">2026-11-25", local(2026, 11, 26), None),
        ("<=2026-12", None, local(2027, 1, 1)),
        ("2026-02", local(2026, 2, 1), local(2026, 3, 1)),
        ("2026", local(2026, 1, 1), local(2027, 1, 1)),
        ("2026-01..2026-03", local(2026, 1, 1), local(2026, 4, 1)),
        ("2026-07..today", local(2026, 7, 1), local(2026, 11, 26)),
        ("<now", None, local(2026, 11, 25, 9, 30)),
        (">now", local(2026, 11, 25, 9, 30, 0, 1), None),
        ("<12h", local(2026, 11, 24, 21, 30), None),
        ("7d", local(2026, 11, 18, 9, 30), None),
        (">2w", None, local(2026, 11, 11, 9, 30)),
        ("2d..1w", local(2026, 11, 18, 9, 30), local(2026, 11, 23, 9, 30)),
        ("<9mo", local(2026, 2, 25, 9, 30), None),
        ("<30min", local(2026, 11, 25, 9, 0), None),
    ],
)
def test_a_time_is_a_span_in_the_zone_of_now(
    text: str, start: datetime | None, end: datetime | None
) -> None:
    (value,) = parse(f"sent:{text}").terms[0].values
    assert isinstance(value, Compared | Between)
    assert span(value, NOW) == (start, end)


def test_months_back_from_a_day_that_is_missing_end_on_the_last_one() -> None:
    last = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert span(Compared("<", Ago(1, "mo")), last)[0] == datetime(2026, 2, 28, 12, tzinfo=UTC)
    leap = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert span(Compared("<", Ago(1, "y")), leap)[0] == datetime(2023, 2, 28, 12, tzinfo=UTC)


def test_now_is_the_computers_own_time_and_zone() -> None:
    before, now, after = datetime.now(UTC), local_now(), datetime.now(UTC)
    assert before <= now <= after
    for month in (1, 7):
        here = datetime(2026, month, 1, 12).astimezone()
        assert datetime(2026, month, 1, 12, tzinfo=LOCAL).utcoffset() == here.utcoffset()


def completed(text: str, **known: list[str]) -> tuple[str, list[str]]:
    """Return what stands before the place to fill, and what may stand there; | is the cursor."""
    cursor = text.index("|")
    found = complete(text.replace("|", ""), cursor, known)
    return text.replace("|", "")[: found.start], [option.text for option in found.options]


@pytest.mark.parametrize(
    ("text", "before", "first"),
    [
        ("|", "", "status:"),
        ("cou|", "", "country:"),
        ("status:new -ver|", "status:new -", "verification:"),
        ("status:|", "status:", "new"),
        ("status:new,re|", "status:new,", "ready"),
        ("status:r|eady title:x", "status:", "ready"),
        ("has:ice|", "has:", "icebreaker"),
        ("json:su|", "json:", "website_summary_data"),
        ("sent:<7|", "sent:", "<7d"),
        ('campaign:"q3 d|', "campaign:", '"Q3 DACH"'),
        ("campaign:dach|", "campaign:", '"Q3 DACH"'),
        ("country:d|", "country:", "DE"),
    ],
)
def test_completion_knows_fields_and_values(text: str, before: str, first: str) -> None:
    place, options = completed(text, campaign=["Q3 DACH", "Nordics"], country=["FR", "DE"])
    assert (place, options[0]) == (before, first)


def test_countries_are_known_without_a_database() -> None:
    place, options = completed('country:"united s|')
    assert (place, options[0]) == ("country:", '"United States"')


def test_completion_replaces_the_word_that_the_cursor_is_in() -> None:
    found = complete("status:ready title:x", 8)
    assert (found.start, found.end) == (7, 12)


@given(st.text('ab:,-*"~<= st\\', max_size=20), st.integers(-2, 25))
def test_completion_never_fails(text: str, cursor: int) -> None:
    found = complete(text, cursor, {"campaign": ["a b"]})
    assert 0 <= found.start <= found.end <= len(text)


def test_every_completed_field_can_be_read_again() -> None:
    for option in complete("", 0).options:
        assert option.meaning
        assert failure(option.text).expected
    for field in OPTIONAL:
        assert parse(f"has:{field.name}")
    words = [field for field in FIELDS if field.kind is Kind.WORD]
    assert all(parse(f"{field.name}:{','.join(field.choices)}") for field in words)


def test_the_guide_names_every_field_and_its_examples_are_filters() -> None:
    guide = markdown()
    assert all(f"| `{field.name}` |" in guide for field in FIELDS)
    for field in FIELDS:
        for form in FORMS[field.kind] if field.kind is not Kind.WORD else field.choices:
            assert parse(f"{field.name}:{form}")
