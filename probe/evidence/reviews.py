"""What people who listened to a call say about it: an append-only log beside the calls, `<recordings>/reviews.jsonl`.

A review confirms or overrides the machine's outcome of a call, or its verdict on one segment of speech, with a name and
a reason. Nothing is ever changed or taken back: who thinks otherwise later adds a line, and the last one counts.
Each line holds the SHA-256 of the line before it, so an altered or missing line breaks the chain there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from probe.errors import OurFault, UserError
from probe.timeline import Outcome

FILE = "reviews.jsonl"
VERDICTS = frozenset({"human", "bot", "recording", "unsure"})
"""What a segment of speech can be, as `probe.timeline.Verdict` has it."""
_FIRST = hashlib.sha256(b"").hexdigest()  # what the first line has for the line before it
LONGEST_REASON = 2000  # characters
LONGEST_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's word.

    `call`: the call's folder; `at`: ISO 8601, UTC; `segment_start`: seconds since the INVITE of the speech segment whose
    verdict is meant, None when it is the outcome of the whole call; `says`: an outcome, or a verdict of `VERDICTS`;
    `machine`: what the machine had said then; `reason`: why, in the reviewer's words.
    """

    call: str
    reviewer: str
    at: str
    says: str
    machine: str
    reason: str
    segment_start: float | None = None

    @property
    def confirms(self) -> bool:
        """Whether the reviewer agrees with the machine."""
        return self.says == self.machine


class Reviews:
    """The log of one recordings folder. Several processes may add to it at the same time."""

    def __init__(self, recordings: Path) -> None:
        self.path = recordings / FILE

    def add(self, review: Review) -> None:
        """Appends a review and has the disk keep it. Raises UserError when it says nothing that can be said, OurFault
        when it cannot be written."""
        _check(review)
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            with os.fdopen(descriptor, "rb+") as log:
                fcntl.flock(log, fcntl.LOCK_EX)
                before = log.read()
                lines = before.splitlines()
                row = asdict(review) | {"previous": _digest(lines[-1]) if lines else _FIRST}
                whole = b"" if before.endswith(b"\n") or not before else b"\n"  # after a line that was cut off
                log.write(whole + json.dumps(row, ensure_ascii=False).encode() + b"\n")
                log.flush()
                os.fsync(log.fileno())
        except OSError as error:
            raise OurFault(
                f"{self.path}: cannot write: {error.strerror}", f"{self.path}：无法写入：{error.strerror}"
            ) from None

    def all(self) -> list[Review]:
        """Every review, oldest first; lines that are not reviews are left out (`broken` tells of them)."""
        return [review for review, _ in self._read() if review is not None]

    def of(self, call: str) -> list[Review]:
        """The reviews of one call, oldest first."""
        return [review for review in self.all() if review.call == call]

    def broken(self) -> int | None:
        """The first line (from 1) that is not a review or does not follow the line before it; None: the log is whole."""
        return next((n for n, (_, follows) in enumerate(self._read(), start=1) if not follows), None)

    def outcomes(self) -> dict[str, str]:
        """The reviewers' last word on the outcome of each call that has one."""
        return {review.call: review.says for review in self.all() if review.segment_start is None}

    def version(self) -> str:
        """Changes whenever something was added."""
        try:
            found = self.path.stat()
        except OSError:
            return ""
        return f"{found.st_mtime_ns}.{found.st_size}"

    def _read(self) -> list[tuple[Review | None, bool]]:
        """Each line as a review, if it is one, and whether it follows the line before it."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OurFault(
                f"{self.path}: cannot be read: {error.strerror}", f"{self.path}：无法读取：{error.strerror}"
            ) from None
        read, previous = [], _FIRST
        for line in lines:
            review, link = _parsed(line)
            read.append((review, review is not None and link == previous))
            previous = _digest(line)
        return read


def _parsed(line: bytes) -> tuple[Review | None, str]:
    try:
        row = json.loads(line)
        previous = str(row.pop("previous"))
        review = Review(**row)
        _check(review)
    except (ValueError, KeyError, TypeError, AttributeError, UserError):
        return None, ""
    return review, previous


def _check(review: Review) -> None:
    known = VERDICTS if review.segment_start is not None else {outcome.value for outcome in Outcome}
    if review.says not in known:
        choices = ", ".join(sorted(known))
        raise UserError(
            f"a review cannot say `{review.says}`; choose one of: {choices}",
            f"复核结果不能是 `{review.says}`；可选：{choices}",
        )
    if not 0 < len(review.reviewer.strip()) <= LONGEST_NAME:
        raise UserError(
            f"a review needs its reviewer's name, of at most {LONGEST_NAME} characters",
            f"复核须写明复核人姓名，最多 {LONGEST_NAME} 个字符",
        )
    if not 0 < len(review.reason.strip()) <= LONGEST_REASON:
        raise UserError(
            f"a review needs a reason, of at most {LONGEST_REASON} characters",
            f"复核须写明理由，最多 {LONGEST_REASON} 个字符",
        )


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
