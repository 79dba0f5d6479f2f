"""What all pages share: the recordings, the index kept up to date, the log of reviews, who may do what, the templates."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment

from probe import __version__, i18n
from probe.errors import ProbeError
from probe.evidence.reviews import Reviews
from probe.register import Register
from probe.report.index import Index
from probe.templates import templates
from probe.web import words
from probe.web.access import COOKIE, Access, Session
from probe.web.folder import Call, Folder, NotACall
from probe.web.words import Lang

STATIC = Path(__file__).parent / "static"
_PATIENCE = 0.15  # seconds that a list waits for the index to be brought up to date before it shows what is known
_REST = 5.0  # times the last refresh took that pass before the next one: an index of many calls is not refreshed all the time


class Keeper:
    """Brings the index up to date when somebody looks, in a thread of its own, so that no list waits long for it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._next = 0.0
        self.trouble = ""
        self.reading: tuple[int, int] | None = None

    def look(self, patience: float = _PATIENCE) -> None:
        """Starts a refresh if it is time, and waits for it a moment."""
        with self._lock:
            if time.monotonic() < self._next:
                return
            self._next = float("inf")
            self._done.clear()
            threading.Thread(target=self._refresh, name="index", daemon=True).start()
        self._done.wait(patience)

    def _refresh(self) -> None:
        began = time.monotonic()
        try:
            self._index.refresh(lambda done, of: setattr(self, "reading", (done, of)))
            self.trouble = ""
        except ProbeError as error:
            self.trouble = error.en
        finally:
            self.reading = None
            self._next = time.monotonic() + max(0.5, _REST * (time.monotonic() - began))
            self._done.set()


@dataclass(frozen=True)
class Site:
    """One page server. `loopback_only`: nobody but this machine can reach it. `secure`: it is reached by HTTPS."""

    recordings: Path
    access: Access
    loopback_only: bool = True
    secure: bool = False

    @cached_property
    def folder(self) -> Folder:
        """The calls."""
        return Folder(self.recordings)

    @cached_property
    def register(self) -> Register:
        """The hotlines that are known by name."""
        return Register.shipped()

    @cached_property
    def index(self) -> Index:
        """The index of the calls."""
        return Index(self.recordings, self.register)

    @cached_property
    def keeper(self) -> Keeper:
        """Who keeps the index up to date."""
        return Keeper(self.index)

    @cached_property
    def reviews(self) -> Reviews:
        """What reviewers said."""
        return Reviews(self.recordings)

    @cached_property
    def _templates(self) -> Environment:
        environment = templates("probe.web")
        environment.globals |= {"words": words, "program": __version__, "assets": _assets_version()}
        environment.filters |= {"clock": clock, "json": _json}
        return environment

    def said(self) -> dict[str, str]:
        """The reviewers' last word on the outcome of each call that has one, as of now."""
        version = self.reviews.version()
        if version != self._said[0]:
            self._said[:] = [version, self.reviews.outcomes()]
        outcomes: dict[str, str] = self._said[1]
        return outcomes

    @cached_property
    def _said(self) -> list[Any]:
        """The version of the log that was read last, and what it says."""
        return ["", {}]

    def session(self, request: Request) -> Session | None:
        """Who asks, if they have signed in."""
        return self.access.session(request.cookies.get(COOKIE))

    def call(self, name: str) -> Call:
        """A call by name; answers 404 when there is none."""
        try:
            return self.folder.call(name)
        except NotACall:
            raise HTTPException(404) from None

    def page(self, request: Request, template: str, code: int = 200, **values: Any) -> Response:
        """A page in the reader's language."""
        lang = language_of(request)
        html = self._templates.get_template(template).render(
            lang=lang,
            tr=lambda en, zh: zh if lang == "zh" else en,
            named=lambda table, name: words.named(getattr(words, table), name, lang),
            outcome=lambda name: words.outcome(name, lang),
            when=lambda at, hotline="": self.when(at, hotline),
            hotline_name=lambda hotline: self.register[hotline].name or hotline,
            caller_name=lambda caller: words.named(words.CALLERS, caller, lang),
            verdict_name=lambda verdict: words.named(words.VERDICTS, verdict, lang),
            as_is=str,
            other_language=_other_language(request, lang),
            session=self.session(request),
            loopback_only=self.loopback_only,
            path=request.url.path,
            **values,
        )
        response = HTMLResponse(html, code, headers={"content-language": lang, "vary": "cookie, accept-language"})
        if request.query_params.get("lang") in ("zh", "en"):
            response.set_cookie("probe_lang", lang, max_age=365 * 86400, samesite="lax", secure=self.secure)
        return response

    def when(self, at: str | datetime | None, hotline: str = "") -> str:
        """An instant on the hotline's own clock, to the second."""
        if at is None:
            return "—"
        if isinstance(at, str):
            try:
                at = datetime.fromisoformat(at.replace("Z", "+00:00"))
            except ValueError:
                return str(at)
        return at.astimezone(ZoneInfo(self.register[hotline].timezone)).strftime("%Y-%m-%d %H:%M:%S")


def language_of(request: Request) -> Lang:
    """What the address says, else what was chosen before, else what the browser prefers, else the server's."""
    for given in (request.query_params.get("lang"), request.cookies.get("probe_lang")):
        if given == "zh" or given == "en":
            return "zh" if given == "zh" else "en"
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith(("zh", "en")):
            return "zh" if tag.startswith("zh") else "en"
    return "zh" if i18n.language() == "zh" else "en"


def clock(seconds: float | None, digits: int = 1) -> str:
    """Seconds as m:ss.d, as the player shows them."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(round(max(0.0, seconds), digits), 60)
    return f"{int(minutes)}:{rest:0{3 + digits if digits else 2}.{digits}f}"


def _json(value: Any) -> Any:
    """A value as JSON that may stand inside a script element."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _other_language(request: Request, lang: Lang) -> str:
    return str(request.url.include_query_params(lang="en" if lang == "zh" else "zh").replace(scheme="", netloc=""))


def _assets_version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
