"""What a command writes into, tried before anything is dialled: a call whose figures cannot be kept is not placed."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from probe.errors import UserError, system_reason


def must_take_files(folder: Path, option: str) -> None:
    """Makes the folder if need be and tries to write in it; raises UserError naming the option when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _refused(folder, error, option) from None


def must_append(file: Path, option: str) -> None:
    """Makes the file if need be and opens it for appending; raises UserError naming the option when that fails."""
    try:
        with file.open("a"):
            pass
    except OSError as error:
        raise _refused(file, error, option) from None


def _refused(path: Path, error: OSError, option: str) -> UserError:
    why = os.strerror(errno.ENOTDIR) if isinstance(error, FileExistsError) else error.strerror or str(error)
    return UserError(
        f"{path}: cannot write there: {why}; choose another place with {option}",
        f"{path}：无法写入：{system_reason(why)}；请用 {option} 另选位置",
    )
