"""What this machine's clock says, and whether something keeps it right.

Clocks of a call count samples; the machine's clock only says when the call took place. Linux tells through `adjtimex(2)`
whether it is disciplined by NTP or the like and how far it may be off; where that cannot be asked, it says so.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_UNSYNC = 0x40  # STA_UNSYNC, <linux/timex.h>
_NANO = 0x2000  # STA_NANO: offset in nanoseconds instead of microseconds
_ERROR = 5  # TIME_ERROR


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the clocks: seconds of the wall clock since 1970, and of a clock that nobody can set."""

    wall: float
    steady: float

    @property
    def utc(self) -> str:
        """The wall clock's, ISO 8601 with milliseconds."""
        return utc(self.wall)


def read() -> Reading:
    """The clocks now."""
    return Reading(time.time(), time.monotonic())


def utc(wall: float) -> str:
    """An instant as it stands in documents."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def described(began: Reading | None, now: Reading) -> dict[str, Any]:
    """The clock as it stands in a manifest. `stepped_ms`: by how much the wall clock was set during the call, as far as
    it moved otherwise than the steady one; null if that is not known."""
    stepped = None
    if began is not None:
        stepped = round(1000 * ((now.wall - began.wall) - (now.steady - began.steady)))
    return {"began": began.utc if began else None, "ended": now.utc, "stepped_ms": stepped, "ntp": ntp()}


def ntp() -> dict[str, Any]:
    """`synchronised`: true, false or null (unknown, and `how` says why); the errors that the kernel estimates."""
    if not sys.platform.startswith("linux"):
        return _unknown(f"not asked on {sys.platform}")
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        form = _Timex()
        state = libc.adjtimex(ctypes.byref(form))
    except (OSError, AttributeError) as error:
        return _unknown(str(error))
    if state < 0:
        return _unknown(os.strerror(ctypes.get_errno()))
    return {
        "synchronised": not (form.status & _UNSYNC or state == _ERROR),
        "offset_us": form.offset // 1000 if form.status & _NANO else form.offset,
        "estimated_error_us": form.esterror,
        "maximum_error_us": form.maxerror,
        "how": "adjtimex",
    }


def _unknown(why: str) -> dict[str, Any]:
    return {"synchronised": None, "how": f"unknown: {why}"}


class _Timex(ctypes.Structure):
    """`struct timex` of Linux; the tail is room for what later kernels add."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("rest", ctypes.c_long * 40),
    )
