"""Every error the project raises on purpose, and whose fault it is.

    ProbeError
    ├── UserError          something the user typed or wrote can be mended by the user
    │   └── DocumentError  ... in a file, at a line and a column
    └── OurFault           trunk, network, crash: never counted against a hotline

What a hotline does is never an error: it is an outcome.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from probe.i18n import tr


class ProbeError(Exception):
    """An error with a message for people, in both languages; `str()` gives the user's."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def __str__(self) -> str:
        return tr(en=self.en, zh=self.zh)

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross from worker processes whole, whatever their constructors take."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[ProbeError], args: tuple[Any, ...], state: dict[str, Any]) -> ProbeError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class UserError(ProbeError):
    """Bad input. The message says what was expected and what to write instead."""


class DocumentError(UserError):
    """Bad input in a file. `line` and `column` count from 1; the message starts with `file:line:column`."""

    def __init__(self, path: Path | str, line: int, column: int, en: str, zh: str) -> None:
        where = f"{path}:{line}:{column}: "
        super().__init__(where + en, where + zh)
        self.path = str(path)
        self.line = line
        self.column = column


class OurFault(ProbeError):
    """The line, the network or this program failed; the hotline is not to blame."""


_SYSTEM_REASONS = {
    os.strerror(number): zh
    for number, zh in (
        (errno.ENOENT, "没有这个文件或文件夹"),
        (errno.ENOTDIR, "路径中有一段不是文件夹"),
        (errno.EISDIR, "这是文件夹"),
        (errno.EACCES, "没有权限"),
        (errno.EPERM, "不允许此操作"),
        (errno.ENOSPC, "磁盘已满"),
        (errno.EROFS, "文件系统只读"),
        (errno.ENAMETOOLONG, "名称太长"),
        (errno.EADDRINUSE, "端口已被占用"),
        (errno.EADDRNOTAVAIL, "本机没有这个地址"),
    )
}


def system_reason(en: str) -> str:
    """The Chinese of what the operating system says went wrong (`OSError.strerror`); as it is when not known."""
    return _SYSTEM_REASONS.get(en, en)


def cannot_read(path: Path, error: OSError) -> UserError:
    """The error of a file that the system does not let us read."""
    why = error.strerror or str(error)
    return UserError(f"{path}: cannot be read: {why}", f"{path}：无法读取：{system_reason(why)}")


def cannot_write(path: Path, error: OSError) -> OurFault:
    """The error of a file or folder that the system does not let us write."""
    why = error.strerror or str(error)
    return OurFault(f"{path}: cannot write: {why}", f"{path}：无法写入：{system_reason(why)}")
