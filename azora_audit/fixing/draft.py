"""A draft: the files of a fleet as they would be with some fixes made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.fixes import FileChange
from azora_audit.fixing.candidates import by_service
from azora_audit.fixing.migrations import new_files, steps_of
from azora_audit.fixing.prisma_edits import CannotFixError, PrismaFile
from azora_audit.records import NamedTuple
from azora_audit.sources.service import marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from azora_audit.fixing.candidates import Candidate
    from azora_audit.fixing.migrations import Step
    from azora_audit.sources.found import Fleet, ServiceFiles

_MARK: Final = "\ufeff"


class Draft(NamedTuple):
    """Changed files, what new migrations run, and the fleet that would find both."""

    changes: tuple[FileChange, ...]
    steps: dict[str, list[Step]]
    """By service, in the order in which they run."""
    fleet: Fleet
    """Its root is still that of the files as they are."""


def draft(fleet: Fleet, candidates: Sequence[Candidate], now: str) -> tuple[Draft, dict[int, str]]:
    """Return the files with all fixes that have a place in them, and by number why the others have none.

    Args:
        fleet: the fleet as it is.
        candidates: the fixes to make.
        now: YYYYMMDDHHMMSS, which new migrations are called by.
    """
    refused: dict[int, str] = {}
    changes = _edited(fleet.root, candidates, refused)
    with_sql = by_service(candidates)
    steps: dict[str, list[Step]] = {}
    services = []
    for files in fleet.services:
        own = with_sql.get(files.name, [])
        new = steps_of(each.statements for each in own if each.number not in refused)
        changed = files
        if new:
            try:
                changed, written = _with_migrations(fleet.root, files, new, now)
            except CannotFixError as error:
                refused |= {each.number: str(error) for each in own}
            else:
                changes += written
                steps[files.name] = new
        services.append(changed)
    return Draft(tuple(changes), steps, fleet._replace(services=tuple(services))), refused


def _edited(root: Path, candidates: Iterable[Candidate], refused: dict[int, str]) -> list[FileChange]:
    """Return the edited schema files; a candidate without a place is noted as refused."""
    texts: dict[str, str] = {}
    files: dict[str, PrismaFile] = {}
    for candidate in candidates:
        place = candidate.prisma
        if place is None:
            continue
        try:
            if place.path not in files:
                texts[place.path] = _text(root, place.path)
                files[place.path] = PrismaFile(place.path, texts[place.path].removeprefix(_MARK))
            files[place.path].apply(place.line, candidate.fix)
        except CannotFixError as error:
            refused[candidate.number] = str(error)
    changes = []
    for path, file in files.items():
        before = texts[path]
        after = (_MARK if before.startswith(_MARK) else "") + file.text
        if after != before:
            changes.append(FileChange(path, before, after))
    return changes


def _text(root: Path, path: str) -> str:
    """Return the text of a file exactly as it is.

    Raises:
        CannotFixError: it cannot be read, or not be written back as it was.
    """
    try:
        return (root / path).read_bytes().decode("utf-8")
    except OSError as error:
        raise CannotFixError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CannotFixError(f"{path} is not in UTF-8") from error


def _with_migrations(
    root: Path, files: ServiceFiles, steps: Sequence[Step], now: str
) -> tuple[ServiceFiles, list[FileChange]]:
    """Return a service with new migrations at the end of its last folder of them.

    Raises:
        CannotFixError: no folder can take them.
    """
    source = files.sql[-1]
    marks = marks_of(_text(root, source.files[-1])) if source.style == "numbered" else ""
    written = new_files(source, steps, marks=marks, now=now)
    for file in written:
        if (root / file.path).exists():
            raise CannotFixError(f"{file.path} is there already")
    added = tuple(file.path for file in written if file.up)
    sources = (*files.sql[:-1], source._replace(files=(*source.files, *added)))
    return files._replace(sql=sources), [FileChange(file.path, None, file.text) for file in written]
