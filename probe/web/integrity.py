"""Whether a call's audio is the audio that its timeline was made from, and whether the log of reviews is whole."""

from __future__ import annotations

import hashlib
from typing import Literal

from probe.evidence.recording import AUDIO
from probe.timeline import Timeline
from probe.web.folder import Call

State = Literal["intact", "altered", "unsealed", "removed"]
"""`intact`: the SHA-256 is the one in the timeline. `altered`: it is another. `unsealed`: the timeline has none yet,
because the call still runs or was cut off. `removed`: there is no audio any more."""


def state(call: Call, timeline: Timeline) -> tuple[State, str]:
    """The state of a call's audio, computed now, and its SHA-256 in hexadecimal ("" without audio)."""
    path = call.file(AUDIO)
    if path is None:
        return "removed", ""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    written = timeline.call.audio.get("sha256")
    if not written:
        return "unsealed", found
    return ("intact" if written == found else "altered"), found
