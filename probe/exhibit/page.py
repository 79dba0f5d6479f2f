"""The two pages of an exhibit, each in Chinese and English: the one that plays the calls, and the letter to print.

They need no network, no script to be read, and no other file but the audio beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from probe import __version__
from probe.evidence.exported import Proof
from probe.evidence.findings import Bundle
from probe.register import Register
from probe.templates import templates
from probe.timeline import Timeline
from probe.web import words
from probe.web.story import Story, expectation, story, why
from probe.web.words import Lang


@dataclass(frozen=True)
class Piece:
    """One call of an exhibit. `audio`: the name of its file beside the page, None if there is none; `signer`: fingerprint
    of the key that sealed it; `tombstone`: the record of its removal, if its audio was removed."""

    bundle: Bundle
    timeline: Timeline
    audio: str | None
    proof: Proof | None
    signer: str
    tombstone: dict[str, Any] | None
    masked: bool = False

    @property
    def name(self) -> str:
        """The call."""
        return self.bundle.folder.name

    @property
    def manifest(self) -> dict[str, Any]:
        """What was sealed."""
        assert self.bundle.manifest is not None
        return self.bundle.manifest.document

    @property
    def simulated(self) -> bool:
        """Whether no telephone network carried the call."""
        call = self.timeline.call
        return call.line == "simulated" or any(host in call.dialed for host in ("@127.", "@localhost", "@[::1]"))

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest."""
        assert self.bundle.manifest is not None
        return self.bundle.manifest.digest

    @property
    def head(self) -> str:
        """The chain's head when this was its last document."""
        assert self.bundle.manifest is not None
        return self.bundle.manifest.head

    def story(self, lang: Lang) -> Story:
        """The call for the reader of a language."""
        return story(self.timeline, lang)


def index(pieces: Sequence[Piece], made_at: datetime, packed_by: str) -> str:
    """The page that plays the calls."""
    return _render("index.html", pieces, made_at, packed_by)


def letter(pieces: Sequence[Piece], made_at: datetime, packed_by: str) -> str:
    """The letter."""
    return _render("letter.html", pieces, made_at, packed_by)


def _render(name: str, pieces: Sequence[Piece], made_at: datetime, packed_by: str) -> str:
    environment = templates("probe.exhibit")
    register = Register.shipped()

    def local(piece: Piece) -> str:
        call = piece.timeline.call
        try:
            at = datetime.fromisoformat(call.started_at)
        except ValueError:
            return call.started_at or "—"
        zone = register[call.hotline].timezone
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S} ({zone})"

    return environment.get_template(name).render(
        pieces=pieces,
        made_at=f"{made_at:%Y-%m-%d %H:%M:%S} UTC",
        packed_by=packed_by,
        version=__version__,
        languages=("zh", "en"),
        say=lambda lang, en, zh: zh if lang == "zh" else en,
        named=lambda table, name, lang: words.named(getattr(words, table), name, lang),
        outcome=words.outcome,
        hotline=lambda piece: register[piece.timeline.call.hotline],
        local=local,
        why=lambda piece, lang: why(piece.timeline, lang),
        expectation=expectation,
        clock=_clock,
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"
