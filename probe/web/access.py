"""Who may look, and who may review.

Everybody who has a token is a person with a name and a role. On this machine alone (loopback) anybody may look, and only
a reviewer may write. Where others can reach the page, nobody sees anything without a token.

A token is typed in once, or comes with a link behind `#`, where no server and no log sees it; it opens a session, which
is a cookie that scripts cannot read. Tokens are kept as SHA-256: they are long and random, so nothing slower is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from probe import documents
from probe.errors import OurFault

Role = Literal["viewer", "reviewer"]
COOKIE = "probe_session"
_LASTS = 12 * 3600.0  # seconds of a session: a working day
_MOST = 1000  # sessions at a time; the oldest go first
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")


class Person(BaseModel):
    """Somebody with a token. `token_sha256` in hexadecimal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    role: Role
    token_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in. `proof` must come with everything that changes something (against forged requests)."""

    person: Person
    proof: str
    until: float

    @property
    def reviews(self) -> bool:
        """Whether this person may review."""
        return self.person.role == "reviewer"


@dataclass(slots=True)
class Access:
    """The people who have tokens and the sessions they opened. `open`: whether one may look without a token."""

    open: bool
    people: list[Person] = field(default_factory=list)
    _sessions: dict[str, Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, name: str, role: Role) -> str:
        """A new person; returns the token, which is not kept."""
        token = secrets.token_urlsafe(32)
        self.people.append(Person(name=name, role=role, token_sha256=_digest(token)))
        return token

    def sign_in(self, token: str) -> tuple[str, Session] | None:
        """The key of a new session (for the cookie) and the session; None when it is nobody's token."""
        if not _TOKEN.fullmatch(token):
            return None
        given = _digest(token)
        found = [person for person in self.people if hmac.compare_digest(person.token_sha256, given)]
        if not found:
            return None
        key = secrets.token_urlsafe(32)
        session = Session(found[0], secrets.token_urlsafe(32), time.monotonic() + _LASTS)
        with self._lock:
            self._forget()
            self._sessions[_digest(key)] = session
        return key, session

    def session(self, key: str | None) -> Session | None:
        """The session of a cookie, if it still lasts."""
        if not key or not _TOKEN.fullmatch(key):
            return None
        with self._lock:
            found = self._sessions.get(_digest(key))
        return found if found and found.until > time.monotonic() else None

    def sign_out(self, key: str | None) -> None:
        """Ends a session."""
        if key:
            with self._lock:
                self._sessions.pop(_digest(key), None)

    def _forget(self) -> None:
        now = time.monotonic()
        for key in [key for key, session in self._sessions.items() if session.until <= now]:
            del self._sessions[key]
        while len(self._sessions) >= _MOST:
            del self._sessions[next(iter(self._sessions))]


def proven(session: Session, proof: str | None) -> bool:
    """Whether a request comes from the session's own page."""
    return proof is not None and hmac.compare_digest(session.proof.encode(), proof.encode())


def load(path: Path) -> list[Person]:
    """The people in a file; none if it does not exist yet. Raises UserError or DocumentError when it is not such a file."""
    return list(documents.load(path, _Document).people) if path.exists() else []


def save(path: Path, people: Iterable[Person]) -> None:
    """Writes people to a file that only its owner can read; raises OurFault when that is not possible."""
    lines = ["# Who may open the replay page. The tokens themselves are not here; delete a person to lock them out.\n"]
    lines.append("people:\n")
    for person in people:
        name = person.name.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'  - name: "{name}"\n    role: {person.role}\n    token_sha256: {person.token_sha256}\n')
    draft = path.with_name(path.name + ".part")
    try:
        draft.touch(mode=0o600)
        draft.write_text("".join(lines), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise OurFault(f"{path}: cannot write: {error.strerror}", f"{path}：无法写入：{error.strerror}") from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
