"""PJSIP's log, the only place that shows every message as it goes over the wire: each call gets its own lines.

A message names its call by its Call-ID. The first INVITE that goes out with one not yet known belongs to the call that
is being dialled just then; whatever names no known call goes to the agent's own log.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pjsua2 as pj

_MESSAGE = re.compile(r"(?P<way>TX|RX) \d+ bytes (?P<what>\S+ msg \S+)/")
_CALL_ID = re.compile(r"(?im)^(?:call-id|i)\s*:\s*(\S+)")
_CONFIRMED = re.compile(r"Response msg [2-6]\d\d/BYE")

Log = Callable[[str], None]


@dataclass(slots=True)
class Dialogue:
    """What the log shows of one call. Seconds are the monotonic clock's."""

    log: Log | None = None
    call_id: str = ""
    invite_sent: float | None = None
    bye_confirmed: bool = False
    heard: bool = False
    """Whether anything has come back."""


class SipLog(pj.LogWriter):  # type: ignore[misc]
    """Takes each line that PJSIP logs; `log` gets those that belong to no call."""

    def __init__(self, log: Log | None) -> None:
        super().__init__()
        self._log = log
        self._dialogues: dict[str, Dialogue] = {}
        self._dialling: Dialogue | None = None

    def dialling(self, dialogue: Dialogue | None) -> None:
        """The call whose INVITE goes out next; None: it is out."""
        self._dialling = dialogue

    def forget(self, dialogue: Dialogue) -> None:
        """Its call is over."""
        self._dialogues.pop(dialogue.call_id, None)

    def write(self, entry: Any) -> None:
        """PJSIP's call."""
        try:
            self._take(entry.msg)
        except Exception as error:  # a full disk must not end the call
            print(f"{type(error).__name__}: {error}", file=sys.stderr)

    def _take(self, line: str) -> None:
        found = _MESSAGE.match(line)
        dialogue = self._of(line, found) if found else None
        if dialogue is None:
            if self._log:
                self._log(line)
            return
        assert found
        if found["way"] == "TX" and dialogue.invite_sent is None:
            dialogue.invite_sent = time.monotonic()
        dialogue.heard |= found["way"] == "RX"
        if found["way"] == "RX" and _CONFIRMED.match(line, found.start("what")):
            dialogue.bye_confirmed = True
        if dialogue.log:
            dialogue.log(line)

    def _of(self, line: str, found: re.Match[str]) -> Dialogue | None:
        named = _CALL_ID.search(line, found.end())
        if not named:
            return None
        known = self._dialogues.get(named[1])
        if known is None and self._dialling and found["way"] == "TX" and found["what"] == "Request msg INVITE":
            known = self._dialogues[named[1]] = self._dialling
            known.call_id = named[1]
            self._dialling = None
        return known
