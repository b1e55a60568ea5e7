"""What a value looks like: ciphertext, a hash, plain, or nothing that can be told; the value itself goes no further.

What is proved comes first: prefixes that only ciphertext and hashes have, and check digits that only real numbers pass.
What is left is judged by length and by how random it looks; a random token in clear looks like ciphertext, so that the
caller must say whether plain values of the column could be random.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Final

ENCRYPTED, HASHED, PLAIN, UNCLEAR = "encrypted", "hashed", "plain", "unclear"

_HASHES: Final = re.compile(
    r"\$2[abxy]\$\d\d\$|\$argon2(?:id|i|d)\$|\$scrypt\$|\$s[01]\$|\$[156]\$|\$y\$|\$7\$|\$pbkdf2|pbkdf2_sha\d+\$|"
    r"pbkdf2:sha\d+|scrypt:\d+|bcrypt(?:_sha256)?\$|argon2\$|SCRAM-SHA-256\$|\{S?(?:SHA|MD5)\d*\}|md5[0-9a-f]{32}\Z"
)
"""Beginnings of password hashes: crypt(3), Argon2, passlib, Django, Werkzeug, PostgreSQL and LDAP."""

_CIPHERTEXTS: Final = re.compile(
    r"gAAAAA[\w-]{50,}|vault:v\d+:|-----BEGIN PGP MESSAGE-----|age-encryption\.org/v1|-----BEGIN AGE ENCRYPTED|"
    r"AQICAH|ENC\[|\{cipher\}|\\xc30d0[34]|eyJ[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+\Z|\$aes|enc:v\d"
)
"""Beginnings of Fernet, Vault's transit engine, PGP, age, AWS KMS, Rails and Spring's credentials, JWE."""

_PGP_PACKETS: Final = (
    b"\xc3\x0d\x04",
    b"\xc3\x0c\x04",
    b"\xc1\xc0",
    b"\xc1\xc1",
    b"\x85\x01\x0c\x03",
    b"\x85\x02\x0c\x03",
)
"""Beginnings of messages for a password or a public key, as pgcrypto and GnuPG write them (RFC 4880, 4.2 and 5.1)."""

_FILES: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"OggS",
    b"ID3",
)
"""Beginnings of files, which look random and are not."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MASKED: Final = re.compile(r"[*•xX]{4,}|tok_")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_DIGEST_LENGTHS: Final = frozenset({32, 40, 56, 64, 96, 128})
"""Hexadecimal digits of MD5, SHA-1 and the SHA-2 family."""
_SHORTEST: Final = 22
"""Characters below which no ciphertext fits: a block of 16 bytes in base64 without padding."""
_CARD_LENGTHS: Final = range(13, 20)
_ID_LENGTH: Final = 13
_IBAN_MODULUS: Final = 97
_CHANGES: Final = 0.4
"""Least part of neighbours that differ in kind (capital, small, digit): 0.6 in random base64, 0.15 in names."""


def looks(value: str | bytes, *, may_be_random: bool) -> tuple[str, str]:
    """Return what a value looks like, and by what sign.

    Args:
        value: text, or bytes.
        may_be_random: plain values of the column may be random, as tokens and keys are; randomness proves nothing then.
    """
    if isinstance(value, bytes):
        return _looks_bytes(value, may_be_random)
    text = value.strip()
    proven = _proven(text)
    if proven is not None:
        return proven
    if not text or _UUID.fullmatch(text) or _MASKED.match(text):
        return UNCLEAR, "reference"
    return (PLAIN, "text") if len(text) < _SHORTEST else _looks_long(text, may_be_random)


def _proven(text: str) -> tuple[str, str] | None:
    """Return what a text is beyond doubt."""
    if _HASHES.match(text):
        return HASHED, "prefix"
    if _CIPHERTEXTS.match(text):
        return ENCRYPTED, "prefix"
    number = "e-mail address" if _EMAIL.fullmatch(text) else proven_number(text)
    return (PLAIN, number) if number else None


def proven_number(text: str) -> str:
    """Return the name of the numbering whose check digits a text passes, or nothing."""
    digits = re.sub(r"[ -]", "", text)
    if re.fullmatch(r"\d+", digits) and digits.isascii():
        if len(digits) == _ID_LENGTH and is_south_african_id(digits):
            return "South African identity number"
        if len(digits) in _CARD_LENGTHS and passes_luhn(digits):
            return "card number"
    elif _IBAN.fullmatch(digits) and is_iban(digits):
        return "IBAN"
    return ""


def passes_luhn(digits: str) -> bool:
    """Check the last digit by the algorithm of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        doubled = int(character) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)  # noqa: PLR2004 -- the digits of a number of two, added
    return total % 10 == 0


def is_south_african_id(digits: str) -> bool:
    """Check YYMMDD SSSS C A Z: a date, citizen 0, 1 or 2, and Luhn's digit (Identification Act 68 of 1997)."""
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= 12 and 1 <= day <= 31 and digits[10] in "012" and passes_luhn(digits)  # noqa: PLR2004


def is_iban(text: str) -> bool:
    """Check the digits of ISO 13616 (ISO/IEC 7064, MOD 97-10)."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % _IBAN_MODULUS == 1


def _looks_long(text: str, may_be_random: bool) -> tuple[str, str]:
    """Judge a text in which ciphertext has room by its longest part: initialization vector and tag may be around it."""
    parts = re.split(r"[.:$]", text.removeprefix("\\x"))
    longest = max(parts, key=len)
    if re.fullmatch(r"(?:[0-9a-f]{2}){11,}|(?:[0-9A-F]{2}){11,}", longest):
        if len(set(longest)) < 9 or longest.isdigit():  # noqa: PLR2004 -- of 16, which 32 random digits hardly lack
            return PLAIN, "text"
        found = (
            (HASHED, "length")
            if parts == [longest] and len(longest) in _DIGEST_LENGTHS
            else (ENCRYPTED, "random")
        )
    elif re.fullmatch(r"[A-Z0-9]{22,}=*", longest) and not (longest.isalpha() or longest.isdigit()):
        return UNCLEAR, "random"  # base32, or a number plate after the other
    elif re.fullmatch(r"[\w+/-]+={0,2}", longest, re.ASCII) and _is_random(longest.rstrip("=")):
        found = (ENCRYPTED, "random")
    else:
        return PLAIN, "text"
    return (UNCLEAR, "random") if may_be_random else found


def _is_random(text: str) -> bool:
    """Tell random base64 from words that were run together: capitals, small letters and digits change all the time."""
    if len(text) < _SHORTEST:
        return False
    kinds = [
        "a" if character.islower() else "A" if character.isupper() else "0"
        for character in text
        if character.isalnum()
    ]
    if not {"a", "A"} <= set(kinds):
        return False
    changes = sum(one != other for one, other in pairwise(kinds))
    return changes >= _CHANGES * (len(kinds) - 1) and _entropy(text) >= min(3.6, 0.75 * math.log2(len(text)))


def _entropy(data: str | bytes) -> float:
    """Return Shannon's entropy of the symbols, in bits."""
    total = len(data)
    return -sum(count / total * math.log2(count / total) for count in Counter(data).values())


def _looks_bytes(value: bytes, may_be_random: bool) -> tuple[str, str]:
    if value.startswith(_PGP_PACKETS):
        return ENCRYPTED, "prefix"
    if value.startswith(_FILES):
        return PLAIN, "file"
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return looks(text, may_be_random=may_be_random)
    if len(value) < 16 or _entropy(value) < 0.85 * math.log2(min(len(value), 256)):  # noqa: PLR2004 -- a block; 8 bits
        return UNCLEAR, "bytes"
    return (UNCLEAR, "random") if may_be_random else (ENCRYPTED, "random")
