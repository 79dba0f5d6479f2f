"""The pages that are read: the list of calls, a call, two calls side by side, the log of reviews."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response

from probe.evidence.recording import AUDIO
from probe.report.calls import UNFINISHED, CallRow, Filter
from probe.report.index import ORDERS
from probe.report.reviewing import of_outcomes, of_verdicts
from probe.timeline import RATE, Outcome, Timeline
from probe.web import sip_trace, words
from probe.web.comparing import side_by_side
from probe.web.folder import FILES, SIP, BrokenCall, Call, NotACall
from probe.web.media import audio_version
from probe.web.site import Site, language_of
from probe.web.story import Story, expectation, story, why
from probe.web.words import Lang

PAGE = 50
"""Calls on a page of the list."""
_ZONE = ZoneInfo("Asia/Shanghai")  # in which a day that is typed in begins and ends
_LARGEST_TRACE = 2 * 2**20  # bytes of a SIP trace that are shown
Text = Annotated[str, Query(max_length=200)]


def add(app: FastAPI, site: Site) -> None:
    """Adds these pages to the app."""

    @app.get("/")
    def calls(
        request: Request,
        hotline: Text = "",
        enterprise: Text = "",
        caller: Text = "",
        scenario: Text = "",
        outcome: Text = "",
        since: Text = "",
        until: Text = "",
        text: Text = "",
        order: Text = "-started_at",
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> Response:
        site.keeper.look()
        asked = {
            "hotline": hotline, "enterprise": enterprise, "caller": caller, "scenario": scenario,
            "outcome": outcome, "since": since, "until": until, "text": text,
        }  # fmt: skip
        if order.removeprefix("-") not in ORDERS:
            raise HTTPException(422)
        which = _filter(asked)
        choices = {name: site.index.values(name) for name in ("hotline", "enterprise", "caller", "scenario")}
        rows = site.index.page(which, offset, PAGE, order)
        return site.page(
            request,
            "calls.html",
            rows=rows,
            total=len(rows) if not offset and len(rows) < PAGE else site.index.count(which),
            asked=asked,
            filtered=any(asked.values()),
            choices=choices,
            outcomes=[*(outcome.value for outcome in Outcome), UNFINISHED],
            order=order,
            offset=offset,
            size=PAGE,
            address=lambda **changed: _address(asked | {"order": order, "offset": offset} | changed),
            reviewed=site.said(),
            unreadable=site.index.unreadable(),
            reading=site.keeper.reading,
            trouble=site.keeper.trouble,
        )

    @app.get("/api/running")
    def running(request: Request) -> JSONResponse:
        """Calls that are going on, newest first."""
        site.keeper.look(0.05)
        rows = site.index.page(Filter(outcome=UNFINISHED), 0, 200)
        return JSONResponse({"total": site.index.count(), "calls": _running(site, rows, language_of(request))})

    @app.get("/calls/{name}")
    def call(request: Request, name: str) -> Response:
        found = site.call(name)
        lang = language_of(request)
        version = found.version()
        if request.headers.get("x-known-version") == version:
            return Response(status_code=204)
        try:
            timeline = found.timeline()
        except BrokenCall as error:
            return site.page(request, "message.html", 422, status=422, message=_broken(found, str(error), lang))
        told = story(timeline, lang)
        return site.page(
            request,
            "call.html",
            name=name,
            timeline=timeline,
            story=told,
            why=why(timeline, lang),
            going=found.running(timeline),
            version=version,
            audio=audio_version(found),
            files=[file for file in FILES if found.file(file)],
            trace=_trace(found),
            reviews=list(reversed(site.reviews.of(name))),
            hotline=site.register[timeline.call.hotline],
            others=_others(site, name, timeline),
            outcomes=[outcome.value for outcome in Outcome],
            expectation=lambda row: expectation(row, lang),
            axis=_axis(found, timeline, told, version),
        )

    @app.get("/compare")
    def compare(request: Request, a: Text, b: Text) -> Response:
        lang = language_of(request)
        first, second = site.call(a), site.call(b)
        try:
            compared = side_by_side(first.timeline(), second.timeline(), lang)
        except BrokenCall as error:
            return site.page(request, "message.html", 422, status=422, message=str(error))
        return site.page(request, "compare.html", a=a, b=b, compared=compared)

    @app.get("/reviews")
    def reviews(request: Request) -> Response:
        log = site.reviews.all()
        return site.page(
            request,
            "reviews.html",
            log=list(reversed(log)),
            broken=site.reviews.broken(),
            outcomes=of_outcomes(log),
            verdicts=of_verdicts(log),
        )


def _filter(asked: dict[str, str]) -> Filter:
    def day(text: str, days: int = 0) -> datetime | None:
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=_ZONE) + timedelta(days=days)
        except (ValueError, OverflowError):
            raise HTTPException(422) from None

    given: dict[str, Any] = {name: value or None for name, value in asked.items() if name not in ("since", "until")}
    return Filter(**given, since=day(asked["since"]), until=day(asked["until"], 1))


def _address(parts: dict[str, Any]) -> str:
    """The list's address with these filters; what is not asked for is left out."""
    plain = {"order": "-started_at", "offset": 0}
    kept = {name: value for name, value in parts.items() if value not in ("", None) and plain.get(name) != value}
    return "/?" + urlencode(kept) if kept else "/"


def _running(site: Site, rows: list[CallRow], lang: Lang) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        try:
            call = site.folder.call(row.id)
            if not call.written_to():
                continue  # cut off long ago; not worth opening
            timeline = call.timeline()
        except (NotACall, BrokenCall):
            continue
        if call.running(timeline):
            told = story(timeline, lang)
            last = next((turn for turn in reversed(told.turns) if turn.text), None)
            found.append(
                {
                    "id": row.id,
                    "hotline": site.register[row.hotline].name,
                    "caller": words.named(words.CALLERS, row.caller, lang),
                    "seconds": _seconds(call, told),
                    "last": (last.text or "".join(word.word for word in last.words))[-60:] if last else "",
                }
            )
    return found


def _others(site: Site, name: str, timeline: Timeline) -> list[CallRow]:
    """Other calls of the same hotline, to compare with: the newest ones."""
    site.keeper.look(0.05)
    rows = site.index.page(Filter(hotline=timeline.call.hotline), 0, 31) if timeline.call.hotline else []
    return [row for row in rows if row.id != name][:30]


def _trace(call: Call) -> list[sip_trace.Message]:
    path = call.file(SIP)
    if path is None:
        return []
    with path.open("rb") as file:
        return sip_trace.messages(file.read(_LARGEST_TRACE).decode("utf-8", "replace"))


def _seconds(call: Call, told: Story) -> float:
    """How long the call has been: as long as its audio, which in a running call is ahead of the timeline."""
    path = call.file(AUDIO)
    if path is None:
        return told.seconds
    return max(told.seconds, (path.stat().st_size - 44) / (2 * 2 * RATE))


def _axis(call: Call, timeline: Timeline, told: Story, version: str) -> dict[str, Any]:
    """What the script of the page draws."""
    return {
        "name": call.name,
        "version": version,
        "running": call.running(timeline),
        "seconds": round(_seconds(call, told), 3),
        "audio": audio_version(call),
        "bands": [[b.start, b.end, b.tone, b.label, b.text] for b in told.bands],
        "flags": [[f.at, f.kind, f.side, f.short, f.label, f.known] for f in told.flags],
        "brackets": [[b.start, b.end, b.label, b.name] for b in told.brackets],
    }


def _broken(call: Call, reason: str, lang: Lang) -> str:
    if lang == "zh":
        return f"通话 {call.name} 无法显示：{reason}"
    return f"The call {call.name} cannot be shown: {reason}"
