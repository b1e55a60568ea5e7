"""A JSON object of a saved report, which refuses what it should not hold with the place of the damage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from azora_audit.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITE_ANEW = "Write the report anew with `--format json`."


class Record:
    """A JSON object together with its address in the report, such as `findings[3]`.

    Whatever it is asked for and does not have in that form is a ReportError with the address.
    """

    def __init__(self, value: object, address: str, path: str | None) -> None:
        """Refuse what is no object."""
        self.address = address
        self.path = path
        if not isinstance(value, dict):
            self._refuse(address or "the report", "an object")
        self.value = cast("dict[str, object]", value)

    def text(self, key: str) -> str:
        """Return a text."""
        value = self._get(key)
        return value if isinstance(value, str) else self._refuse(self._at(key), "a text")

    def text_or_empty(self, key: str) -> str:
        """Return a text, `` for null."""
        return "" if self._get(key) is None else self.text(key)

    def number(self, key: str) -> int:
        """Return a whole number."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            self._refuse(self._at(key), "a whole number")
        return value

    def number_or_zero(self, key: str) -> int:
        """Return a whole number, 0 for null."""
        return 0 if self._get(key) is None else self.number(key)

    def truth(self, key: str) -> bool:
        """Return true or false."""
        value = self._get(key)
        return value if isinstance(value, bool) else self._refuse(self._at(key), "true or false")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._list(key)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self._refuse(f"{self._at(key)}[{index}]", "a text")
        return cast("tuple[str, ...]", tuple(values))

    def record(self, key: str) -> Record:
        """Return an object."""
        return Record(self._get(key), self._at(key), self.path)

    def is_null(self, key: str) -> bool:
        """Tell whether a value is null."""
        return self._get(key) is None

    def records(self, key: str) -> Iterator[Record]:
        """Return the objects of a list, one by one."""
        at = self._at(key)
        return (Record(value, f"{at}[{index}]", self.path) for index, value in enumerate(self._list(key)))

    def records_or_none(self, key: str) -> Iterator[Record]:
        """Return the objects of a list, none of a list that is not there."""
        return self.records(key) if key in self.value else iter(())

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        return value if isinstance(value, list) else self._refuse(self._at(key), "a list")

    def _get(self, key: str) -> object:
        try:
            return self.value[key]
        except KeyError:
            raise ReportError(
                f"The report has no `{self._at(key)}`.", help=WRITE_ANEW, path=self.path
            ) from None

    def _at(self, key: str) -> str:
        return f"{self.address}.{key}" if self.address else key

    def _refuse(self, at: str, wanted: str) -> NoReturn:
        raise ReportError(f"In the report, `{at}` is not {wanted}.", help=WRITE_ANEW, path=self.path)
