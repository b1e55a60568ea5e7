"""The data of a page: every text once, by number, in JSON that no HTML parser takes for markup."""

from __future__ import annotations

import orjson

from azora_audit.report.characters import visible

_ESCAPES = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


class Pool:
    """Texts by number; what cannot be seen in them is spelt out, so that none of them acts."""

    def __init__(self) -> None:
        """Begin with the empty text, whose number is 0."""
        self._numbers: dict[str, int] = {"": 0}
        self._texts = [""]

    def add(self, text: str) -> int:
        """Return the number of a text; its line breaks stay."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._texts)
            self._texts.append(seen(text))
        return number

    def add_all(self, texts: tuple[str, ...]) -> list[int]:
        """Return the numbers of texts."""
        return [self.add(text) for text in texts]

    @property
    def texts(self) -> list[str]:
        """All texts in the order of their numbers."""
        return self._texts


def seen(text: str) -> str:
    """Spell out what cannot be seen in a text, but for its line breaks; tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))


def island(value: object) -> str:
    """Return JSON that is safe within a script element: it has no `<`, `>` or `&`."""
    content = orjson.dumps(value)
    for character, escape in _ESCAPES:
        content = content.replace(character, escape)
    return content.decode("utf-8")
