"""What providers say of an address, and what the address itself shows."""

from __future__ import annotations

import pytest

from db.statuses import VERIFICATIONS
from db.verification import PROVIDERS, classify, from_provider


@pytest.mark.parametrize(
    ("provider", "word", "detail", "status"),
    [
        ("apollo", "Verified", "", "valid"),
        ("apollo", "Verified", "Catch-all", "catch_all"),
        ("apollo", "Verified", "Not Catch-all", "valid"),
        ("apollo", "Email No Longer Verified", "", "risky"),
        ("apollo", "User Managed", "", None),
        ("apollo", "Update required", "", "pending"),
        ("zerobounce", "catch-all", "", "catch_all"),
        ("zerobounce", "do_not_mail", "role_based", "role"),
        ("zerobounce", "do_not_mail", "role_based_catch_all", "role"),
        ("zerobounce", "do_not_mail", "disposable", "disposable"),
        ("zerobounce", "do_not_mail", "global_suppression", "risky"),
        ("zerobounce", "abuse", "", "spamtrap"),
        ("instantly", "1", "", "valid"),
        ("instantly", "-1", "", "invalid"),
        ("instantly", " -3 ", "", "catch_all"),
        ("instantly", "12", "", "pending"),
        ("hunter", "accept_all", "", "catch_all"),
        ("hunter", "webmail", "", "unknown"),
        ("smartlead", "Catch All", "", "catch_all"),
        ("neverbounce", "acceptall", "", "catch_all"),
        ("somebody", "undeliverable", "", "invalid"),
        ("somebody", "", "", None),
    ],
)
def test_a_providers_word_becomes_ours(
    provider: str, word: str, detail: str, status: str | None
) -> None:
    assert from_provider(word, provider, detail).status == status


def test_the_providers_own_words_are_kept() -> None:
    assert from_provider("do_not_mail", "zerobounce", "toxic").message == (
        "zerobounce: do_not_mail toxic"
    )


@pytest.mark.parametrize("provider", ["", *PROVIDERS])
def test_our_own_words_mean_themselves_whoever_says_them(provider: str) -> None:
    for entry in VERIFICATIONS[1:]:
        assert from_provider(entry.value, provider).status == entry.value


def test_a_word_of_another_provider_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="'-3' is no status of a verification of hunter"):
        from_provider("-3", "hunter")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("anna.lee@acme.com", None),
        ("Info@ACME.com", "role"),
        ("sales-de@acme.com", "role"),
        ("customer.service@acme.com", "role"),
        ("info+fair2026@acme.com", "role"),
        ("office2@acme.com", "role"),
        ("vertrieb@acme.de", "role"),
        ("sales.meyer@acme.com", None),
        ("salesman@acme.com", None),
        ("li@acme.com", None),
        ("42@acme.com", None),
        ("anna@mailinator.com", "disposable"),
        ("info@mailinator.com", "disposable"),
        ("anna@eu.mailinator.com", "disposable"),
        ("anna@acme", "invalid"),
        ("anna@@acme.com", "invalid"),
    ],
)
def test_an_address_shows_what_it_is(address: str, status: str | None) -> None:
    assert classify(address) == status
