"""The `real` profile: documents from the files that a source's YAML lists, below one data folder.

Plain files, .gz, .zip and .tar.gz are read as streams; archive members one at a time, in the archive's order.
"""

from __future__ import annotations

import fnmatch
import gzip
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from config.errors import UserError
from config.settings import Config, SourceConfig, SourceFile
from crawlers.source import Document

_IGNORED = ("manifest.md", "readme", "readme.md", "licence", "license", "license.md")


def documents(config: SourceConfig, folder: Path) -> Iterator[Document]:
    """Every document of a source's files, in the order of the YAML.

    A document is good until the next one is asked for. Raises UserError for a missing or unreadable file and for an
    archive without a member that fits.
    """
    for file in config.files:
        path = folder / file.path
        if not path.is_file():
            raise UserError(
                f"{path}: no such file; {config.title} reads it: restore it or take it out of the source's YAML"
            )
        try:
            yield from _open(path, file)
        except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
            raise UserError(f"{path}: cannot be read ({error})") from None


def _open(path: Path, file: SourceFile) -> Iterator[Document]:
    name = f"file:{file.path}"
    if file.path.endswith((".tar.gz", ".tgz")):
        yield from _tar(path, file, name)
    elif file.path.endswith(".zip") and file.member:
        yield from _zip(path, file, name)
    elif file.path.endswith(".gz"):
        yield Document(name, file.kind, file.as_of, lambda: _gunzip(path))
    else:
        yield Document(name, file.kind, file.as_of, lambda: path.open("rb"))


def _gunzip(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb"))


def _wanted(name: str, file: SourceFile) -> bool:
    return file.member is None or fnmatch.fnmatch(name, file.member)


def _tar(path: Path, file: SourceFile, name: str) -> Iterator[Document]:
    found = False
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            if member.isfile() and _wanted(member.name, file):
                stream = archive.extractfile(member)
                if stream is not None:
                    found = True
                    with stream:
                        yield Document.of(f"{name}!{member.name}", file.kind, stream.read(), file.as_of)
    _check(found, path, file)


def _zip(path: Path, file: SourceFile, name: str) -> Iterator[Document]:
    found = False
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not member.endswith("/") and _wanted(member, file):
                found = True
                yield Document.of(f"{name}!{member}", file.kind, archive.read(member), file.as_of)
    _check(found, path, file)


def _check(found: bool, path: Path, file: SourceFile) -> None:
    if not found:
        wanted = file.member or "*"
        raise UserError(
            f"{path}: holds no member that fits '{wanted}'; correct 'member' in the source's YAML"
        )


def unread_files(config: Config, folder: Path) -> list[str]:
    """Files of the data folder that no source reads, as paths below it; documentation is not counted."""
    read = {file.path for source in config.sources.values() for file in source.files}
    return sorted(
        relative
        for path in folder.rglob("*")
        if path.is_file()
        and (relative := path.relative_to(folder).as_posix()) not in read
        and path.name.lower() not in _IGNORED
        and not path.name.startswith(".")
    )
