"""Names become words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from azora_audit.catalog.plurals import singular
from azora_audit.catalog.words import words
from tests.catalog.building import listed

lower_words = st.lists(st.text("abcdefghijklmnopqrtuvwxyz", min_size=2, max_size=8), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user_id", "user id"),
        ("userID", "user id"),
        ("userIDs", "user id"),
        ("IPAddress", "ip address"),
        ("ip_addresses", "ip address"),
        ("cvv2", "cvv 2"),
        ("last4", "last 4"),
        ("addressLine1", "address line 1"),
        ("iban", "iban"),
        ("learnersEmails", "learner email"),
        ("USER_PASSWORD", "user password"),
        ("Order Items", "order item"),
        ("e_mail", "email"),
        ("eMailAddress", "email address"),
        ("oauth_token", "oauth token"),
        ("oAuthToken", "oauth token"),
        ("OAuthToken", "oauth token"),
        ("sha256", "sha 256"),
        ("_prisma_migrations", "prisma migration"),
        ("APIKeys", "api key"),
        ("parseHTMLNow", "parse html now"),
        ("x", "x"),
        ("", ""),
        ("__", ""),
        ("größenTabelle", "größen tabelle"),
        ("ÄnderungsDatum", "änderung datum"),
        ("名前", "名前"),
        ("имяПользователя", "имя пользователя"),
        ("cafe\u0301_id", "caf\u00e9 id"),
        ("हिन्दी", "हिन्दी"),
        ("🙂", ""),
    ],
)
def test_splits(name: str, expected: str) -> None:
    assert " ".join(words(name)) == expected


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("addresses", "address"),
        ("statuses", "status"),
        ("categories", "category"),
        ("movies", "movie"),
        ("batches", "batch"),
        ("caches", "cache"),
        ("boxes", "box"),
        ("quizzes", "quiz"),
        ("responses", "response"),
        ("houses", "house"),
        ("courses", "course"),
        ("people", "person"),
        ("children", "child"),
        ("analyses", "analysis"),
        ("indices", "index"),
        ("indexes", "index"),
        ("apis", "api"),
        ("skus", "sku"),
        ("ids", "id"),
        ("photos", "photo"),
        ("heroes", "hero"),
        ("areas", "area"),
        ("sizes", "size"),
        ("leaves", "leave"),
        ("ties", "tie"),
        ("gases", "gas"),
        ("bonuses", "bonus"),
        ("allergies", "allergy"),
    ],
)
def test_plural_becomes_singular(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize(
    "word",
    listed(
        "status address business series analysis news basis bus gps sms dns process class access lens alias diabetes "
        "is has as redis https analytics species canvas gas pos"
    ),
)
def test_singular_stays(word: str) -> None:
    assert singular(word) == word


@given(lower_words)
def test_spelling_does_not_matter(parts: list[str]) -> None:
    """The same words in snake_case, SCREAMING_CASE, camelCase, PascalCase and kebab-case are the same words."""
    expected = words("_".join(parts))
    camel = "".join(part.capitalize() for part in parts)
    assert words(camel) == expected
    assert words(camel[0].lower() + camel[1:]) == expected
    assert words("_".join(parts).upper()) == expected
    assert words("-".join(parts)) == expected


@given(st.text(max_size=12))
@example("A\N{MATHEMATICAL BOLD CAPITAL ALPHA}")
def test_words_are_stable(name: str) -> None:
    """Words of words are the words, and any text is safe."""
    found = words(name)
    assert all(found)
    assert words(" ".join(found)) == found


@given(st.text("abcdehiouxyzs", min_size=1, max_size=8))
def test_singular_is_final(word: str) -> None:
    """A singular has no other singular."""
    assert singular(singular(word)) == singular(word)
