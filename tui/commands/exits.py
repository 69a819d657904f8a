"""How a command ends: exit codes, and errors as one sentence on stderr, never a traceback.

What an error needs is imported when there is one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

from db.errors import (
    ConfigurationError,
    CustomerCenterError,
    DatabaseUnavailable,
    NotFound,
    Refused,
    SchemaMismatch,
    StaleRow,
)

DONE: Final = 0
NOTHING: Final = 1
USAGE: Final = 2
NO_DATABASE: Final = 3
BROKEN: Final = 70  # EX_SOFTWARE: a bug must not pass for an answer
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


def ended(command: Callable[[], int]) -> int:
    """Run a command and return its exit code, whatever happens in it."""
    # A terminal that is not UTF-8 gets escapes, not an exception.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _answered(command)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Python flushes once more at exit: give it somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        return _failed(f"The output could not be written: {error.strerror}.", code=USAGE)


def _answered(command: Callable[[], int]) -> int:
    try:
        return command()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else DONE
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return _failed("Interrupted.", code=INTERRUPTED)
    except ConfigurationError as error:
        return _failed(*error.sentences, code=USAGE)
    except CustomerCenterError as error:
        return _failed(str(error), code=code_of(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed(f"{where}{error.strerror or error}.", code=USAGE)
    except UnicodeEncodeError:
        return _failed("An argument is not text in UTF-8.", code=USAGE)
    except Exception as error:
        return _failed(_bug(error), code=BROKEN)


def code_of(error: CustomerCenterError) -> int:
    """Return the exit code that an error stands for."""
    if isinstance(error, DatabaseUnavailable | SchemaMismatch):
        return NO_DATABASE
    if isinstance(error, NotFound | Refused | StaleRow):
        return NOTHING
    return USAGE


def _failed(*sentences: str, code: int) -> int:
    from db.settings import redact
    from tui.commands.output import talk

    for sentence in sentences:
        talk(redact(sentence))
    return code


def _bug(error: Exception) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return f"A fault of this program, please report it: {type(error).__name__}{place}: {error}"
