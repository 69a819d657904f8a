"""Names of companies in a text."""

from __future__ import annotations

import pytest

from db.company_names import LONGEST_TEXT, MOST_NAMES, named, speaks_of


@pytest.mark.parametrize(
    ("text", "names", "domain"),
    [
        ("How Weserstahl pours steel", ["Weserstahl Service GmbH"], "w.example"),
        ("Your team at IBM", ["International Business Machines"], "x.example"),
        ("I saw bluesky.example last week", ["Blaue Luft AG"], "bluesky.example"),
        ("BlueSky is fine", ["Blue Sky Ltd"], "x.example"),
        ("洛阳师范学院的研究", ["洛阳师范学院"], "lynu.example"),
        ("Nothing to tell it by", ["The Group"], "x.example"),
        ("I like Acme's robots", ["ACME"], "x.example"),
    ],
)
def test_a_company_is_spoken_of_by_word_initials_or_domain(
    text: str, names: list[str], domain: str
) -> None:
    assert speaks_of(text, names, domain)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I like what Globex does", ["Acme"]),
        ("The technologies of Globex", ["Acme Technologies"]),
        ("Your xyz is better", ["XY"]),
        ("What Globex does in robotics", ["Acme Robotics"]),
    ],
)
def test_another_company_and_words_of_many_are_not_the_own_one(text: str, names: list[str]) -> None:
    assert not speaks_of(text, names, "x.example")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I like what Globex does.", "globex"),
        ("Globex's plant", "globex"),
        ("we met Procter & Gamble", "procter & gamble"),
        ("seen at the Bank of America", "bank of america"),
        ("It was 3M Company, wasn't it", "3m company"),
    ],
)
def test_runs_of_words_that_are_written_large_may_be_names(text: str, name: str) -> None:
    assert name in named(text)


@pytest.mark.parametrize(
    "text", ["Love it. Globex", "globex", "good to meet you, Ada", "in 2026", ""]
)
def test_beginnings_of_sentences_the_person_and_numbers_are_no_names(text: str) -> None:
    assert named(text, ["Ada"]) == ()


def test_a_text_of_any_length_gives_few_names() -> None:
    text = " ".join(f"a Name{number}" for number in range(LONGEST_TEXT))
    assert len(named(text)) == MOST_NAMES
