"""Files of many encodings and dialects read as the same table; what is no such file is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ImportFailed
from db.transfer import delimited, json_rows, json_text, lines
from db.transfer.json_rows import storable
from db.transfer.lines import Lines
from db.transfer.profiles import APOLLO_ACCOUNTS, APOLLO_PEOPLE, recognise
from db.transfer.reading import read_table
from db.transfer.sources import open_source
from db.transfer.tables import Record

HEADER = ["First Name", "Last Name", "Email"]
ROWS = [["Zoë", "O’Grady", "z@acme.com"], ["张", 'a "b",\nc', "c@acme.com"]]


def is_header(cells: Sequence[str]) -> bool:
    return recognise(cells) is not None


def records(path: Path) -> tuple[list[str], list[Record]]:
    with open_source(path) as source, source.opened() as stream:
        table = read_table(source, stream, is_header)
        return table.header, list(table.rows)


def read(path: Path) -> tuple[list[str], list[tuple[int, list[object]]]]:
    header, found = records(path)
    return header, [(record.number, record.cells) for record in found]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def file_of(folder: Path, content: bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_dialect_reads_the_same(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    text = written([HEADER, *ROWS], delimiter, end)
    header, rows = read(file_of(tmp_path, text.encode(encoding)))
    assert header == HEADER
    assert rows == [(1, ROWS[0]), (2, ROWS[1])]


def test_windows_1252_is_read_where_it_is_not_utf_8(tmp_path: Path) -> None:
    utf_8 = written([HEADER, ["Zoë", "张", "z@acme.com"]]).encode()
    cp1252 = written([["Zoë", "€–’", "w@acme.com"]]).encode("cp1252")
    _, rows = read(file_of(tmp_path, utf_8 + cp1252 + b"\x81x,y,v@acme.com\n"))
    assert [cells[:2] for _, cells in rows] == [["Zoë", "张"], ["Zoë", "€–’"], ["\x81x", "y"]]


@pytest.mark.parametrize(
    "text",
    [
        written([HEADER, ["A\0nn", "Lee", "a@b.com"]]),
        '{"First Name": "A\\u0000nn", "Last Name": "Lee", "Email": "a@b.com"}\n',
        '[{"First Name": "A\\u0000nn", "Last Name": "Lee", "Email": "a@b.com"}]',
    ],
    ids=["csv", "json lines", "json"],
)
def test_nul_is_taken_out_and_told(tmp_path: Path, text: str) -> None:
    _, [row] = records(file_of(tmp_path, text.encode()))
    assert (row.cells, row.notes) == (["Ann", "Lee", "a@b.com"], ("NUL characters taken out",))


def test_short_rows_are_padded_and_long_ones_kept_and_both_are_told(tmp_path: Path) -> None:
    rows = [["Ann"], ["Ann", "Lee", "a@b.com", "more"], ["Ann", "Lee", "a@b.com", "", " "]]
    _, found = records(file_of(tmp_path, written([HEADER, *rows]).encode()))
    assert [(row.cells[:4], row.problem, row.notes) for row in found] == [
        (["Ann", "", ""], None, ("fewer cells than the 3 columns",)),
        (rows[1], None, ("more cells than the 3 columns",)),
        (rows[2][:4], None, ()),
    ]


def test_lines_before_the_header_and_empty_lines_do_not_count(tmp_path: Path) -> None:
    text = "sep=;\nExported by Ann\n\n" + written([HEADER], ";") + "\n\n" + written(ROWS, ";")
    _, rows = read(file_of(tmp_path, text.encode()))
    assert rows == [(1, ROWS[0]), (2, ROWS[1])]


def test_a_cell_of_a_megabyte_is_read_whole(tmp_path: Path) -> None:
    _, rows = read(file_of(tmp_path, written([HEADER, ["A" * 1_000_000, "", ""]]).encode()))
    assert len(rows[0][1][0]) == 1_000_000


def test_a_quote_that_never_closes_is_an_error_with_its_line(tmp_path: Path) -> None:
    text = written([HEADER, ROWS[0]]) + 'Ann,"Lee,a@b.com\n' + written(ROWS)[:20]
    with pytest.raises(ImportFailed, match="line 3: a quote"):
        read(file_of(tmp_path, text.encode()))


def test_a_quote_within_a_cell_is_no_error(tmp_path: Path) -> None:
    text = written([HEADER]) + '5" pipe,"two\nlines",a@b.com\n'
    _, rows = read(file_of(tmp_path, text.encode()))
    assert rows == [(1, ['5" pipe', "two\nlines", "a@b.com"])]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
        (b"a,b,c\n1,2,3\n", "no known header: it begins with 'a,b,c'."),
        (b"PK\x03\x04rest", "a spreadsheet or ZIP archive"),
        (b"\x1f\x8brest", "damaged or incomplete gzip"),
        (bytes(range(256)) * 8, "not a text file"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, why: str
) -> None:
    with pytest.raises(ImportFailed) as failed:
        read(file_of(tmp_path, content))
    assert why in str(failed.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="There is no file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ImportFailed, match="is a folder"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        (["EMAIL", "first_name", "last-name"], APOLLO_PEOPLE),
        (["Email", "Last Name", "Company Name"], APOLLO_PEOPLE),
        (["company", "WEBSITE", "Short Description"], APOLLO_ACCOUNTS),
        (["Company Name", "Website", "Email"], None),
        (["Name", "Address"], None),
        ([], None),
    ],
)
def test_a_profile_is_known_by_its_header(header: list[str], profile: object) -> None:
    assert recognise(header) is profile


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6),
            min_size=3,
            max_size=3,
        ).filter(any),
        max_size=4,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER, *rows])
    path = file_of(tmp_path_factory.mktemp("dialect"), text.getvalue().encode(encoding))
    assert [cells for _, cells in read(path)[1]] == rows


# Files that are not what they seem


def test_neither_the_format_nor_the_dialect_is_told_by_the_name(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(written([HEADER, *ROWS], "\t"))
    (tmp_path / "people.csv").write_text(json.dumps([dict(zip(HEADER, ROWS[0], strict=True))]))
    assert read(tmp_path / "people.json")[1] == [(1, ROWS[0]), (2, ROWS[1])]
    assert read(tmp_path / "people.csv")[1] == [(1, ROWS[0])]


def test_gzip_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    path = file_of(tmp_path, gzip.compress(written([HEADER, *ROWS]).encode()))
    assert read(path)[1] == [(1, ROWS[0]), (2, ROWS[1])]


def test_a_truncated_archive_is_an_error(tmp_path: Path) -> None:
    packed = gzip.compress(written([HEADER, *ROWS * 1000]).encode())
    with pytest.raises(ImportFailed, match="damaged or incomplete gzip archive"):
        read(file_of(tmp_path, packed[:-20]))


def test_a_file_that_grows_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    path = file_of(tmp_path, written([HEADER, *ROWS]).encode())
    with open_source(path) as source, source.opened() as stream:
        table = read_table(source, stream, is_header)
        with path.open("a") as file:
            file.write("Bob,Lee,b@")
        with pytest.raises(ImportFailed, match="changed while it was read"):
            list(table.rows)


def test_a_second_header_is_a_row_with_a_problem(tmp_path: Path) -> None:
    _, found = records(file_of(tmp_path, written([HEADER, ROWS[0], HEADER, ROWS[1]]).encode()))
    assert [(record.line, record.problem) for record in found] == [
        (2, None),
        (3, "header again"),
        (4, None),
    ]


def test_rows_that_a_quote_swallowed_are_a_row_with_a_problem(tmp_path: Path) -> None:
    text = 'First Name,Last Name,Email\nAnn,"Lee,a@b.com\nBob,Lee,b@b.com\nCid,"Lee",c@b.com\n'
    _, found = records(file_of(tmp_path, text.encode()))
    assert [(record.line, record.problem) for record in found] == [(2, "unclosed quote")]


LONG: dict[str, tuple[str, str]] = {
    "plain": ("", "x" * 1_000_000),
    "a document": ('"', '{""a"": ""b, c"", ""d"": ""\\""""}' * 30_000),
    "lines": ('"', ("x" * 9_999 + "\n") * 100),
}
"""Cells of a hundred megabytes, by the quote around them and a megabyte of what is in them."""


@pytest.mark.parametrize("kind", LONG)
def test_a_cell_of_a_hundred_megabytes_is_a_row_with_a_problem_and_no_memory(
    tmp_path: Path, kind: str
) -> None:
    quote, megabyte = LONG[kind]
    path = file_of(tmp_path, written([HEADER, ROWS[0]]).encode())
    with path.open("a") as file:
        file.write(f"Ann,{quote}")
        file.writelines([megabyte] * 100)
        file.write(f"{quote},a@b.com\n" + written([ROWS[1]]))
    tracemalloc.start()
    _, found = records(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 250_000_000
    assert [(each.line, (each.problem or "").partition(":")[0]) for each in found] == [
        (2, ""),
        (3, "row too large"),
        (10_004 if kind == "lines" else 4, ""),
    ]
    assert found[1].cells[0] == "Ann"
    assert sum(len(str(cell)) for cell in found[1].cells) < 2_000
    assert found[2].cells == ROWS[1]


@settings(max_examples=150)
@given(text=st.text('"",xy \n', max_size=60))
def test_the_rows_beside_one_that_is_too_large_are_those_that_csv_reads(text: str) -> None:
    """Whatever quotes, delimiters and line ends there are in it, and wherever it is cut off."""
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(lines, "LONGEST_ROW", 8)
        limits.setattr(lines, "_MOST_BEYOND", 100)
        limits.setattr(lines, "_PIECE", 3)
        found = list(delimited_rows(text))
    everything = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    assert len(found) in (len(everything), len(everything) - 1)
    for cells, row in zip(found, everything, strict=False):
        assert cells is None or cells == row


def delimited_rows(text: str) -> Iterator[list[str] | None]:
    """Read rows up to an error; one that is too large is None."""
    with suppress(ImportFailed):
        for row in delimited._rows("text", Lines("text", io.StringIO(text, newline="")), ","):
            yield None if str(row.problem).startswith("row too large") else row.cells


@pytest.mark.parametrize(("lines", "megabytes"), [(True, 70), (False, 30)])
def test_a_text_of_many_megabytes_in_json_is_a_row_with_a_problem(
    tmp_path: Path, lines: bool, megabytes: int
) -> None:
    opening, between, closing = ("", "\n", "\n") if lines else ("[", ",", "]")
    ann, bob = (
        json.dumps({"email": f"{name}@b.com", "first_name": "A"}) for name in ("ann", "bob")
    )
    path = file_of(tmp_path, f"{opening}{ann}{between}".encode())
    with path.open("a") as file:
        file.write('{"email": "cid@b.com", "first_name": "')
        file.writelines(['a \\" {\\\\' * 125_000] * megabytes)
        file.write(f'"}}{between}{bob}{closing}')
    _, found = records(path)
    assert [(each.problem or "").partition(":")[0] for each in found] == ["", "row too large", ""]
    assert found[2].cells == ["bob@b.com", "A"]
    assert sum(len(str(cell)) for cell in found[1].cells) < 2_000


@settings(max_examples=100)
@given(texts=st.lists(st.text('a"\\\n \u00e9', max_size=90), min_size=1, max_size=5))
def test_the_rows_beside_one_with_a_text_that_is_too_large_are_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    rows = [{"email": "a", "first name": text, "last name": "z"} for text in texts]
    path = file_of(tmp_path_factory.mktemp("json"), json.dumps(rows).encode())
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(json_text, "LONGEST_TEXT", 20)
        limits.setattr(json_rows, "PIECE", 7)
        _, found = records(path)
    for row, record in zip(rows, found, strict=True):
        if record.problem is None:
            assert record.cells == list(row.values())
        else:
            assert len(json.dumps(row["first name"])) > 20 - 7


def test_the_lines_of_json_lines_that_are_none_are_rows_with_a_problem(tmp_path: Path) -> None:
    lines = ['{"email": "a@b.com", "first_name": "A"}', "", '{"email": ', "5", '{"email": "c"}']
    _, found = records(file_of(tmp_path, "\n".join(lines).encode()))
    assert [(record.number, record.line, record.problem) for record in found] == [
        (1, 1, None),
        (2, 3, "not JSON"),
        (3, 4, "not an object"),
        (4, 5, None),
    ]


@pytest.mark.parametrize("text", ['[{"email": "a", "first_name": "A"}', "[" * 5000, '[{"email"}]'])
def test_json_that_breaks_off_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(ImportFailed):
        read(file_of(tmp_path, text.encode()))


@settings(max_examples=40)
@given(
    values=st.lists(
        st.dictionaries(
            st.text(max_size=4), st.none() | st.booleans() | st.integers() | st.text(max_size=5)
        ),
        min_size=1,
        max_size=5,
    ),
    lines=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_objects_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[dict[str, object]],
    lines: bool,
    encoding: str,
) -> None:
    """Whatever the keys of the others are, and in whichever of the two forms."""
    rows = [{"email": "a@b.com", "first name": "A", **value} for value in values]
    text = "\n".join(map(json.dumps, rows)) + "\n" if lines else json.dumps(rows)
    header, found = records(file_of(tmp_path_factory.mktemp("json"), text.encode(encoding)))
    for row, record in zip(rows, found, strict=True):
        cells = dict(zip(header, record.cells, strict=False))
        expected = {name: value for name, value in storable(row).items() if value is not None}
        assert {name: cell for name, cell in cells.items() if name in expected} == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"email": ' + "[" * 100_000 + "1" + "]" * 100_000 + "}]", "more than 200 values within"),
        (
            json.dumps([{f"key {number}": 1 for number in range(10_001)}]),
            "more than 10,000 columns",
        ),
    ],
    ids=["deep", "wide"],
)
def test_json_beyond_what_anybody_means_is_refused_with_the_limit(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(ImportFailed, match=words):
        records(file_of(tmp_path, text.encode()))
