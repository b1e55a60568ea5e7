"""Our named tuples are those of `typing`, but for how long their classes take to make."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest

from azora_audit import records


class Place(records.NamedTuple):
    """A class with everything that ours have."""

    path: str
    line: int = 1
    column: int = 0

    def shown(self) -> str:
        """Return the place as people write it."""
        return f"{self.path}:{self.line}"

    @property
    def next_line(self) -> int:
        return self.line + 1


class TypingPlace(typing.NamedTuple):
    path: str
    line: int = 1
    column: int = 0


class Alone(records.NamedTuple):
    only: str


class Nothing(records.NamedTuple):
    pass


MAKERS: list[Any] = [Place, TypingPlace]


@pytest.mark.parametrize("made", MAKERS)
def test_it_is_a_tuple_with_names(made: Any) -> None:
    place = made("a.sql", column=4)
    assert place == ("a.sql", 1, 4)
    assert (place.path, place.line, place.column) == place
    assert hash(place) == hash(("a.sql", 1, 4))
    assert repr(place) == f"{made.__name__}(path='a.sql', line=1, column=4)"
    assert made._fields == ("path", "line", "column")
    assert made._field_defaults == {"line": 1, "column": 0}
    assert made.__match_args__ == made._fields
    assert place._asdict() == {"path": "a.sql", "line": 1, "column": 4}
    assert place._replace(line=7) == ("a.sql", 7, 4)
    assert type(place._replace(line=7)) is made
    assert made._make(["a", 2, 3]) == ("a", 2, 3)
    assert not hasattr(place, "__dict__")


@pytest.mark.parametrize("made", MAKERS)
@pytest.mark.parametrize("arguments", [(), ("a", 1, 2, 3)])
def test_it_takes_what_its_fields_say(made: Any, arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        made(*arguments)
    with pytest.raises(TypeError):
        made(*arguments, unknown=1)
    with pytest.raises(TypeError):
        made._make(arguments)


@pytest.mark.parametrize("made", MAKERS)
def test_it_does_not_change(made: Any) -> None:
    place = made("a")
    with pytest.raises(AttributeError):
        place.path = "b"
    with pytest.raises(ValueError, match="unknown"):
        place._replace(unknown=1)


@pytest.mark.parametrize("row", [Place("a", 2, 3), Alone("b"), Nothing()])
def test_it_is_copied_and_sent(row: tuple[object, ...]) -> None:
    for other in (copy.copy(row), copy.deepcopy(row), pickle.loads(pickle.dumps(row))):  # noqa: S301 -- ours
        assert other == row
        assert type(other) is type(row)


def test_it_has_methods_and_is_matched() -> None:
    place = Place("a", 3)
    assert place.shown() == "a:3"
    assert place.next_line == 4
    match place:
        case Place(path, line=line):
            assert (path, line) == ("a", 3)
    assert Alone("x") == ("x",)
    assert Nothing() == ()
