"""Named tuples whose classes are quick to make.

A run makes some 170 classes of named tuples before it reads the first file. `typing.NamedTuple` compiles a constructor
from text for each and checks every annotation, which is a tenth of a small run; here constructors of equal length share
one compiled body, and what does not depend on the fields is inherited. Type checkers see `typing.NamedTuple`.
"""

from __future__ import annotations

from functools import cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple, Self

    def _field(position: int, doc: str | None) -> property: ...

else:
    try:
        from _collections import _tuplegetter as _field  # what collections.namedtuple itself uses
    except ImportError:
        from operator import itemgetter

        def _field(position: int, doc: str | None) -> property:
            return property(itemgetter(position), doc=doc)


@cache
def _constructor(length: int) -> CodeType:
    """Return the code of a constructor with so many fields, whose names are yet to be put in."""
    names = "".join(f", _{number}" for number in range(length))
    body = f"lambda _class{names}: _new(_class, ({names[2:]}{',' * (length == 1)}))"
    code: CodeType = eval(body, {}).__code__  # noqa: S307 -- nothing but our own text is in it
    return code


_GLOBALS: dict[str, Any] = {"_new": tuple.__new__, "__builtins__": {}}


class _Fields(type):
    """Turns the annotated names of a class body into the fields of a tuple."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _Fields:
        if bases != (tuple,):
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace[field] for field in fields if field in namespace}
            code = _constructor(len(fields)).replace(co_varnames=("_class", *fields), co_name=name)
            namespace |= {field: _field(position, None) for position, field in enumerate(fields)}
            namespace |= {
                "__slots__": (),
                "__match_args__": fields,
                "__new__": FunctionType(code, _GLOBALS, name, tuple(defaults.values())),
                "_fields": fields,
                "_field_defaults": defaults,
            }
        return super().__new__(cls, name, bases, namespace)


class _Named(tuple[Any, ...], metaclass=_Fields):
    """What all named tuples have in common."""

    __slots__ = ()
    _fields: tuple[str, ...]

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Self:
        row = tuple.__new__(cls, values)
        if len(row) != len(cls._fields):
            raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(row)}")
        return row

    def _replace(self, **changes: Any) -> Self:
        row = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"{type(self).__name__} has no fields {sorted(changes)}")
        return row

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        """Show the fields with their names."""
        return f"{type(self).__name__}({', '.join(map('{}={!r}'.format, self._fields, self))})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Give copies and pickles the fields one by one, as the constructor takes them."""
        return tuple(self)


if not TYPE_CHECKING:
    NamedTuple = _Named

__all__ = ["NamedTuple"]
