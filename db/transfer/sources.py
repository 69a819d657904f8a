"""The bytes of what is imported: a file, one compressed by gzip, or standard input.

A source can be read several times, so that rows can be looked up again, and is known by its digest.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from db.errors import ConfigurationError, ImportFailed

STANDARD_INPUT: Final = Path("-")
_GZIP: Final = b"\x1f\x8b"
_BLOCK: Final = 1024 * 1024


class Source:
    """An open file to read from.

    ``title`` is what messages call it, ``name`` that of the file alone, ``size`` its bytes on disk.
    """

    def __init__(self, title: str, name: str, file: BinaryIO) -> None:
        self.title = title
        self.name = name
        self._file = file
        self._state = self._stat()
        self.size = self._state[0]

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Yield the bytes from the first on, decompressed. One reader at a time.

        Reading raises ImportFailed where the file cannot be read, is a damaged archive, or was
        changed since it was opened.
        """
        self._file.seek(0)
        compressed = self._file.read(2) == _GZIP
        self._file.seek(0)
        inner = gzip.GzipFile(fileobj=self._file) if compressed else self._file
        yield io.BufferedReader(_Watched(self, cast("BinaryIO", inner)), _BLOCK)

    def position(self) -> int:
        """Return how many bytes of the file on the disk were read."""
        return self._file.tell()

    def digest(self) -> str:
        """Return the SHA-256 of the file as it lies on the disk, in hexadecimal."""
        self._file.seek(0)
        return hashlib.file_digest(cast("io.BufferedReader", self._file), "sha256").hexdigest()

    def is_same_file(self, path: Path) -> bool:
        """Tell whether a path leads to this very file."""
        return path.exists() and os.path.samestat(path.stat(), os.fstat(self._file.fileno()))

    def check_unchanged(self) -> None:
        """Raise ImportFailed where somebody wrote to the file since it was opened."""
        if self._stat() != self._state:
            raise ImportFailed(
                f"{self.title} was changed while it was read; import it when it is complete."
            )

    def _stat(self) -> tuple[int, int]:
        found = os.fstat(self._file.fileno())
        return found.st_size, found.st_mtime_ns


class _Watched(io.RawIOBase):
    """A stream whose errors are sentences, and whose end is the end of an unchanged file."""

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        self._source = source
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = cast("memoryview", buffer)
        try:
            block = self._stream.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ImportFailed(
                f"{self._source.title} is a damaged or incomplete gzip archive: {error}."
            ) from None
        except OSError as error:
            raise _unreadable(self._source.title, error) from None
        if not block:
            self._source.check_unchanged()
        view[: len(block)] = block
        return len(block)


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file, or standard input where the path is ``-``, which is kept in a temporary file.

    Raises ImportFailed with a sentence.
    """
    with _opened(path) as file:
        piped = path == STANDARD_INPUT
        yield Source("Standard input" if piped else str(path), "-" if piped else path.name, file)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    opener: Callable[[], BinaryIO] = _spooled if path == STANDARD_INPUT else lambda: path.open("rb")
    try:
        if path != STANDARD_INPUT and path.exists() and not (path.is_file() or path.is_dir()):
            raise ImportFailed(f"{path} is not a file; pipe it in and name it -.")
        file = opener()
    except IsADirectoryError:
        raise ImportFailed(f"{path} is a folder, not a file.") from None
    except FileNotFoundError:
        raise ImportFailed(f"There is no file {path}.") from None
    except OSError as error:
        raise _unreadable(str(path), error) from None
    with file:
        yield file


def _spooled() -> BinaryIO:
    """Return standard input as a file without a name that is gone when it is closed."""
    if sys.stdin is None or sys.stdin.isatty():
        raise ConfigurationError("Nothing is piped into standard input.")
    file = tempfile.TemporaryFile()  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, file, _BLOCK)
    file.flush()
    return cast("BinaryIO", file)


def _unreadable(title: str, error: OSError) -> ImportFailed:
    return ImportFailed(f"{title} cannot be read: {error.strerror or error}.")
