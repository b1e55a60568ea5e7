"""What names mean: the shipped lexicon on names that other tools got wrong, and the reading of its files."""

from __future__ import annotations

import pickle
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.catalog.lexicon import TYPE_GROUPS, Lexicon, load_lexicon
from azora_audit.catalog.lexicon_compiled import load_compiled_lexicon
from azora_audit.catalog.lexicon_files import read_lexicon
from azora_audit.catalog.words import words
from azora_audit.errors import RulebookError
from azora_audit.rulebook.folders import shipped_rules
from tests.catalog.building import listed

if TYPE_CHECKING:
    from pathlib import Path

LEXICON = load_lexicon(shipped_rules() / "lexicon")
SENSITIVE = LEXICON.meanings_in("sensitive")

COLLISIONS = listed("""
businessName className processName witnessName accessNumber shipping shippingMethod pinned opinion mapping spinner
typing company companyName panel span expand cubic footprint machine pharmacy syntax taxonomy passed passing_score
passenger bypass keywords monkey idempotencyKey secretary description receipt recipient discard cardinality scorecard
trace_id embrace page message usage language stage author filename hostname capacity velocity statement emotionalState
rating setting listing training running saving living deadline handle middle adobe business using tokensUsed
tokenBalance pricePerToken tokenReward txHash contentHash ipfsHash tokenType tokenCount maxTokens totalTokens
promptTokens passwordChangedAt passwordResetRequired emailVerified emailVerifiedAt tokenExpiresAt secretName apiKeyName
apiKeyPrefix key keyName foreignKey publicKey publishableKey sortKey storageKey s3Key cardType cardBrand cardStatus
cardId walletAddress contractAddress ipCount ipCountry emailTemplate emailSubject emailCount phoneModel healthCheck
healthScore shippingAddressId avatarUrl iconUrl accountName bankName bankCode status title color phoneVerified
emailSentAt privateNotesCount cvvResult cvcCheck pinAttempts fileName displayOrder fingerprint race faceValue
""")

DATA = {
    "learnersEmails": "email",
    "userEmail": "email",
    "CONTACT_EMAIL": "email",
    "emailaddress": "email",
    "cardNumber": "card-number",
    "cardnumber": "card-number",
    "cc_number": "card-number",
    "user_password": "password",
    "password": "password",
    "passwordHash": "password-hash",
    "hashedPassword": "password-hash",
    "password_digest": "password-hash",
    "refreshToken": "token",
    "otpCode": "token",
    "apiKey": "api-key",
    "clientSecret": "secret",
    "privateKey": "private-key",
    "cvv": "card-verification-code",
    "cvv2": "card-verification-code",
    "cvvHash": "card-verification-code",
    "cvv_encrypted": "card-verification-code",
    "encryptedCvc": "card-verification-code",
    "track2Data": "card-track-data",
    "pinBlock": "card-pin",
    "panHash": "card-number-hash",
    "cardHash": "card-number-hash",
    "iban": "bank-account",
    "bankAccountNumber": "bank-account",
    "idNumber": "national-id",
    "saIdNumber": "national-id",
    "ssn": "national-id",
    "SSN": "national-id",
    "nationalId": "national-id",
    "taxNumber": "tax-number",
    "passportNo": "passport-number",
    "phoneNumber": "phone",
    "firstName": "person-name",
    "guardianName": "child-record",
    "studentFullName": "person-name",
    "addressLine1": "postal-address",
    "dob": "date-of-birth",
    "dateOfBirth": "date-of-birth",
    "ipAddress": "ip-address",
    "lastLoginIp": "ip-address",
    "diagnosis": "health",
    "bloodType": "health",
    "faceEmbedding": "biometric",
    "ethnicity": "ethnicity",
    "religion": "religion",
    "studentNumber": "education-record",
    "matric": "education-record",
    "card_last4": "card-last4",
    "expMonth": "card-expiry",
    "createdAt": "created-at",
    "date_created": "created-at",
    "updated_on": "updated-at",
    "lastModified": "updated-at",
    "createdBy": "created-by",
    "tenantId": "tenant",
    "organisation_id": "tenant",
    "currencyCode": "currency",
    "idempotencyKey": "idempotency-key",
    "countryCode": "country-code",
    "metadata": "json-text",
    "keyVersion": "key-version",
    "studentId": "user-reference",
    "slug": "natural-key",
}


def meanings(name: str, type_group: str = "text", table: str = "things") -> set[str]:
    return set(LEXICON.column(name, type_group, frozenset(words(table))))


@pytest.mark.parametrize("name", COLLISIONS)
@pytest.mark.parametrize("type_group", ["text", "integer", "boolean", "time", "enum"])
def test_a_name_that_only_looks_sensitive(name: str, type_group: str) -> None:
    assert not meanings(name, type_group) & SENSITIVE


@pytest.mark.parametrize("name", DATA)
def test_a_name_that_says_what_it_holds(name: str) -> None:
    assert DATA[name] in meanings(name)


@pytest.mark.parametrize(
    "name", ["password", "token", "secret", "apiKey", "email", "cvv", "iban", "phone", "ssn"]
)
@pytest.mark.parametrize("type_group", ["boolean", "date", "time", "uuid", "enum", "interval"])
def test_a_type_that_cannot_hold_it(name: str, type_group: str) -> None:
    assert not meanings(name, type_group) & SENSITIVE


@pytest.mark.parametrize(
    "suffix", listed("count type id at url status enabled verified prefix expires_at length required version")
)
@pytest.mark.parametrize(
    "name", ["password", "token", "api_key", "email", "secret", "phone", "iban", "refresh_token"]
)
def test_a_suffix_that_makes_it_harmless(name: str, suffix: str) -> None:
    assert not meanings(f"{name}_{suffix}") & SENSITIVE


@pytest.mark.parametrize(
    ("name", "table", "expected"),
    [
        ("pan", "cards", "card-number"),
        ("pan", "cooking_utensils", None),
        ("pan_encrypted", "cards", "card-number"),
        ("number", "virtual_cards", "card-number"),
        ("number", "flash_cards", None),
        ("number", "invoices", None),
        ("pin", "cards", "card-pin"),
        ("pin", "wallets", "password"),
        ("pin", "boards", None),
        ("pinCode", "addresses", None),
        ("cid", "cards", "card-verification-code"),
        ("cid", "files", None),
        ("securityCode", "payment_cards", "card-verification-code"),
        ("track1", "cards", "card-track-data"),
        ("track1", "albums", None),
        ("name", "students", "person-name"),
        ("name", "user_roles", None),
        ("name", "products", None),
        ("address", "customers", "postal-address"),
        ("address", "wallets", None),
        ("accountNumber", "payouts", "bank-account"),
        ("accountNumber", "subscriptions", None),
        ("fingerprint", "employees", "biometric"),
        ("race", "patients", "ethnicity"),
        ("race", "competitions", None),
        ("token", "crypto_assets", None),
        ("token", "sessions", "token"),
        ("teacherComment", "grades", "education-record"),
        ("authCode", "card_transactions", None),
        ("authCode", "logins", "token"),
        ("nickname", "payment_methods", None),
        ("nickname", "customers", "person-name"),
        ("diagnosis", "vehicles", None),
        ("email", "stores", None),
        ("email", "store_customers", "email"),
        ("email", "schools", None),
        ("email", "students", "email"),
        ("address", "warehouses", None),
        ("phone", "branches", None),
        ("latitude", "stores", None),
        ("latitude", "user_sessions", "location"),
        ("ip", "servers", None),
        ("ip", "server_users", "ip-address"),
        ("fullName", "students", "person-name"),
        ("fullName", "repositories", None),
        ("displayName", "themes", None),
        ("displayName", "members", "person-name"),
        ("transcript", "calls", None),
        ("transcript", "students", "education-record"),
        ("confirmationCode", "bookings", None),
        ("confirmationCode", "user_accounts", "token"),
        ("nextPageToken", "feeds", None),
        ("credential", "course_badges", None),
        ("credential", "integrations", "secret"),
        ("vatNumber", "companies", None),
    ],
)
def test_the_table_decides(name: str, table: str, expected: str | None) -> None:
    found = meanings(name, "text", table) & SENSITIVE
    assert found == ({expected} if expected else set())


@pytest.mark.parametrize(
    ("name", "type_group", "table", "expected"),
    [
        ("amount", "number", "invoices", True),
        ("price", "float", "things", True),
        ("price", "money", "things", True),
        ("salary", "number", "employees", True),
        ("unitPrice", "float", "things", True),
        ("total", "number", "orders", True),
        ("total", "number", "surveys", False),
        ("value", "float", "sensors", False),
        ("value", "number", "payments", True),
        ("creditLimit", "number", "cards", True),
        ("payout", "number", "things", True),
        ("tip", "number", "things", True),
        ("due", "number", "invoices", True),
        ("costCenter", "text", "things", False),
        ("priceTier", "number", "things", False),
        ("balanceSheetId", "number", "things", False),
        ("feeType", "number", "things", False),
        ("amountOfItems", "number", "things", False),
        ("discountPercent", "number", "things", False),
        ("interestRate", "number", "loans", False),
        ("totalCount", "number", "orders", False),
        ("scoreTotal", "number", "quizzes", False),
        ("totalSteps", "number", "orders", False),
        ("totalRequests", "number", "things", False),
        ("tokenReward", "number", "things", False),
        ("tokensEarned", "number", "things", False),
        ("latitude", "float", "things", False),
        ("confidence", "float", "payments", False),
        ("rating", "float", "products", False),
        ("embedding", "float", "things", False),
        ("leaveBalance", "number", "employees", False),
        ("gasFee", "number", "things", False),
    ],
)
def test_money(name: str, type_group: str, table: str, expected: bool) -> None:
    assert ("money" in meanings(name, type_group, table)) is expected


def test_results_are_personal_but_no_secret() -> None:
    assert meanings("score", "float", "quiz_attempts") == {"education-result"}
    assert "education-result" in LEXICON.meanings_in("personal") - SENSITIVE
    assert meanings("score", "float", "search_results") == set()


def test_integers_of_money_are_told_apart() -> None:
    assert "money-integer" in meanings("amount", "integer")
    assert meanings("amountCents", "integer") & {"amount-minor-units", "money-integer"} == {
        "amount-minor-units"
    }
    assert "money" not in meanings("amount", "integer")


def test_minor_is_money_of_an_amount_only() -> None:
    assert meanings("minor", "integer", "schema_version") == set()
    assert meanings("rc_minor", "integer", "recent_changes") == set()
    assert meanings("total_minor", "integer", "orders") == {"amount-minor-units"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("email_hash", {"email", "hashed"}),
        ("ssn_encrypted", {"national-id", "encrypted"}),
        ("encrypted_iban", {"bank-account", "encrypted"}),
        ("masked_phone", {"phone", "masked"}),
        ("ssn_last4", {"national-id", "masked"}),
        ("cvvHash", {"card-verification-code", "hashed"}),
    ],
)
def test_protection_is_a_meaning_of_its_own(name: str, expected: set[str]) -> None:
    assert meanings(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("invoices", "financial"),
        ("payment_methods", None),
        ("payment_transactions", "financial"),
        ("audit_logs", "audit"),
        ("audit_settings", None),
        ("ledger_entries", "ledger"),
        ("AmlCheck", "compliance"),
        ("suspicious_activities", "compliance"),
        ("consents", "consent"),
        ("consent_templates", None),
        ("user_sessions", "session"),
        ("tutoring_sessions", None),
        ("_prisma_migrations", "migration-bookkeeping"),
        ("flyway_schema_history", "migration-bookkeeping"),
        ("spatial_ref_sys", "migration-bookkeeping"),
        ("schema_migrations", "migration-bookkeeping"),
        ("goose_db_version", "migration-bookkeeping"),
        ("__EFMigrationsHistory", "migration-bookkeeping"),
        ("data_migrations_plan", None),
        ("VirtualCard", "card"),
        ("flash_cards", None),
        ("users", "user"),
        ("countries", "lookup"),
        ("promo_codes", None),
        ("tenants", "tenant"),
        ("Student", "education"),
        ("patients", "health"),
        ("health_checks", None),
        ("scorecards", None),
    ],
)
def test_tables(name: str, expected: str | None) -> None:
    found = LEXICON.table(name)
    if expected is None:
        assert not found.keys() & (
            LEXICON.meanings_in("protected-records")
            | {"card", "session", "migration-bookkeeping", "health", "lookup"}
        )
    else:
        assert expected in found


def test_every_sensitive_meaning_has_one_class_and_is_marked() -> None:
    classes = {
        "credential", "cardholder-data", "sensitive-authentication-data", "financial-account", "government-id",
        "contact", "health", "biometric", "special-category", "child", "education",
    }  # fmt: skip
    for meaning in SENSITIVE:
        assert len(classes.intersection(LEXICON.groups[meaning])) == 1, meaning
        assert any(
            meaning in meanings(name, table=table) for name in DATA for table in ("things", "cards")
        ) or (meaning in {"location", "political-opinion", "criminal-record"}), meaning


@given(st.text(max_size=20), st.sampled_from(sorted(TYPE_GROUPS)), st.text(max_size=12))
def test_any_name_has_an_answer_that_stays(name: str, type_group: str, table: str) -> None:
    """A remembered answer is the answer of a fresh lexicon."""
    context = frozenset(words(table))
    fresh = pickle.loads(pickle.dumps(LEXICON)).column(name, type_group, context)  # noqa: S301 -- our own bytes
    assert LEXICON.column(name, type_group, context) == fresh


def write(folder: Path, columns: str, tables: str = "", groups: str = "") -> Lexicon:
    header = "phrases,meaning,effect,types,context,why\n"
    (folder / "columns.csv").write_text(header + columns, "utf-8")
    (folder / "tables.csv").write_text(header + tables, "utf-8")
    (folder / "groups.csv").write_text("meaning,group,why\n" + groups, "utf-8")
    return load_lexicon(folder)


def found(lexicon: Lexicon, name: str, type_group: str = "text", table: str = "") -> dict[str, str]:
    return lexicon.column(name, type_group, frozenset(words(table)))


def test_longer_marks_win_and_clears_beat_marks_that_do_not_contain_them(tmp_path: Path) -> None:
    lexicon = write(
        tmp_path,
        "color,paint,marks,,,x\nhair color,hair,marks,,,x\ncolor code,code,marks,,,x\ncode$,looks,clears,,,x\n",
        groups="paint,looks,x\nhair,looks,x\ncode,looks,x\n",
    )
    assert found(lexicon, "color") == {"paint": "color"}
    assert found(lexicon, "hair_color") == {"hair": "hair color"}
    assert found(lexicon, "haircolor") == {"hair": "haircolor"}
    assert found(lexicon, "color_code") == {"code": "color code"}
    assert found(lexicon, "hair_color_code") == {"code": "color code"}
    assert found(lexicon, "hair_color_or_code") == {}


def test_anchors_types_and_context(tmp_path: Path) -> None:
    lexicon = write(
        tmp_path,
        "^first,a,marks,,,x\nlast$,b,marks,text,,x\n^only$,c,marks,any,room !hall,x\n*,d,marks,,,x\n".replace(
            "*,d,marks,,,x\n", "only,*,clears,boolean,,x\n"
        ),
    )
    assert found(lexicon, "first_thing") == {"a": "first"}
    assert found(lexicon, "the_first_thing") == {}
    assert found(lexicon, "the_last") == {"b": "last"}
    assert found(lexicon, "the_last", "uuid") == {}
    assert found(lexicon, "last_thing") == {}
    assert found(lexicon, "only", table="rooms") == {"c": "only"}
    assert found(lexicon, "only", table="hall_rooms") == {}
    assert found(lexicon, "only", table="halls") == {}
    assert found(lexicon, "only", "boolean", "rooms") == {}


def test_a_further_folder_adds(tmp_path: Path) -> None:
    (tmp_path / "columns.csv").write_text(
        "phrases,meaning,effect,types,context,why\nshoe size,shoe,marks,number,,our own\n", "utf-8"
    )
    lexicon = load_lexicon(shipped_rules() / "lexicon", tmp_path)
    assert found(lexicon, "shoeSize", "number") == {"shoe": "shoe size"}
    assert "email" in found(lexicon, "email")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("emails,email,marks,,,x", "'emails' is no word of a phrase"),
        ("Email,email,marks,,,x", "'Email' is no word of a phrase"),
        ("cvv2,cvv,marks,,,x", "'cvv2' is no word of a phrase"),
        ("a  b,email,marks,,,x", "'' is no word of a phrase"),
        (",email,marks,,,x", "'' is no word of a phrase"),
        ("a|b,email,marks,,,x", "'a|b' is no word of a phrase"),
        ("email,,marks,,,x", "a meaning is needed"),
        ("email,email,mark,,,x", "'mark' is no effect: marks or clears"),
        ("email,email,marks,string,,x", "'string' is no type group"),
        ("email,email,marks", "3 values where there must be 6"),
    ],
)
def test_a_bad_row_is_an_error_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(RulebookError) as caught:
        write(tmp_path, f"good word,meaning,marks,,,x\n{row}\n")
    (problem,) = caught.value.problems
    assert message in problem.message
    assert (problem.path, problem.line) == (str(tmp_path / "columns.csv"), 3)


def test_all_problems_at_once(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        write(tmp_path, "emails,email,marks,,,x\n", "tables,t,marks,,,x\n", "email,,x\n")
    assert sorted((problem.path or "").rpartition("/")[2] for problem in caught.value.problems) == [
        "columns.csv", "groups.csv", "tables.csv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"phrase,meaning\n", 1, "the first line must be phrases,meaning,effect,types,context,why"),
        (b"", 1, "the first line must be"),
        (b'phrases,meaning,effect,types,context,why\n"open', None, "cannot be read"),
        (b"\xff\xfe\x00", None, "cannot be read"),
    ],
)
def test_a_bad_file_is_an_error(tmp_path: Path, content: bytes, line: int | None, message: str) -> None:
    write(tmp_path, "")
    (tmp_path / "columns.csv").write_bytes(content)
    with pytest.raises(RulebookError) as caught:
        load_lexicon(tmp_path)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "columns.csv"), line)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="cannot be read"):
        load_lexicon(tmp_path)


def test_the_compiled_lexicon_is_the_lexicon_of_the_files() -> None:
    folder = shipped_rules() / "lexicon"
    compiled, read = load_compiled_lexicon(folder), read_lexicon(folder)
    assert compiled is not None
    assert compiled.groups == read.groups
    for kept, index in ((compiled.columns, read.columns), (compiled.tables, read.tables)):
        assert kept.conditions == index.conditions
        assert kept.texts == index.texts
        assert [kept.of(word) for word in kept.texts] == [index.of(word) for word in index.texts]


def test_an_edited_row_is_read_from_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    shutil.copytree(shipped_rules() / "lexicon", folder)
    with (folder / "columns.csv").open("a", encoding="utf-8") as file:
        file.write("quux,health,marks,,,a row of ours\n")
    assert load_compiled_lexicon(folder) is None
    assert found(load_lexicon(folder), "quux") == {"health": "quux"}


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1", "null", "\xff"])
def test_a_compiled_lexicon_that_is_damaged_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "lexicon"
    shutil.copytree(shipped_rules() / "lexicon", folder)
    (folder / "compiled.json").write_text(text, "latin-1")
    assert load_compiled_lexicon(folder) is None
