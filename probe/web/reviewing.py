"""Signing in and out, reviewing, and the log of reviews for other programs."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from probe.errors import OurFault, UserError
from probe.evidence.reviews import LONGEST_REASON, Review
from probe.report.calls import UNFINISHED
from probe.timeline import Timeline
from probe.web.access import COOKIE, Session, proven
from probe.web.folder import BrokenCall
from probe.web.site import Site, language_of

_OWN_ADDRESS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""Addresses on this page: no other host, no control characters, no line breaks, no backslash that a browser mends."""


class ReviewRequest(BaseModel):
    """A review as the page sends it. `segment_start`: of the segment that is meant; None: the whole call."""

    model_config = ConfigDict(extra="forbid", strict=True)

    call: str = Field(max_length=255)
    says: str = Field(max_length=40)
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)
    segment_start: float | None = Field(default=None, ge=0, le=1e6)


def add(app: FastAPI, site: Site) -> None:
    """Adds these addresses to the app."""

    @app.get("/sign-in")
    def ask(request: Request, onward: Annotated[str, Query(max_length=2000, alias="next")] = "/") -> Response:
        return site.page(request, "sign_in.html", next=_own(onward), wrong=False)

    @app.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = _form(await request.body())
        onward = _own(form.get("next", "/"))
        opened = site.access.sign_in(form.get("token", "").strip())
        if opened is None:
            return site.page(request, "sign_in.html", 403, next=onward, wrong=True)
        response = RedirectResponse(onward, 303)
        response.set_cookie(COOKIE, opened[0], httponly=True, samesite="lax", secure=site.secure, path="/")
        return response

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        session = site.session(request)
        if session and not proven(session, _form(await request.body()).get("proof")):
            raise HTTPException(403)
        site.access.sign_out(request.cookies.get(COOKIE))
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE, path="/")
        return response

    @app.post("/api/reviews")
    def review(
        request: Request, asked: ReviewRequest, x_proof: Annotated[str | None, Header(max_length=200)] = None
    ) -> JSONResponse:
        session = _reviewer(site, request, x_proof)
        call = site.call(asked.call)
        try:
            timeline = call.timeline()
            machine = _machine(timeline, asked.segment_start)
            written = Review(
                call=asked.call,
                reviewer=session.person.name,
                at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                says=asked.says,
                machine=machine,
                reason=" ".join(asked.reason.split()),
                segment_start=asked.segment_start,
            )
            site.reviews.add(written)
        except BrokenCall as error:
            raise HTTPException(422, str(error)) from None
        except (UserError, OurFault) as error:
            text = error.zh if language_of(request) == "zh" else error.en
            raise HTTPException(422 if isinstance(error, UserError) else 500, text) from None
        return JSONResponse(_row(written), 201)

    @app.get("/reviews.jsonl")
    def as_lines() -> Response:
        text = "".join(json.dumps(_row(review), ensure_ascii=False) + "\n" for review in site.reviews.all())
        return Response(text, media_type="application/jsonl; charset=utf-8")

    @app.get("/reviews.csv")
    def as_table() -> Response:
        out = io.StringIO()
        table = csv.writer(out)
        names = [*(f.name for f in fields(Review)), "confirms"]
        table.writerow(names)
        for each in site.reviews.all():
            row = _row(each)
            table.writerow([_harmless(row[name]) for name in names])
        headers = {"content-disposition": 'attachment; filename="reviews.csv"'}
        return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _reviewer(site: Site, request: Request, proof: str | None) -> Session:
    """Who reviews; 401 if nobody is signed in, 403 if they may not, or if the request is not from their own page."""
    session = site.session(request)
    if session is None:
        raise HTTPException(401)
    if not session.reviews or not proven(session, proof):
        raise HTTPException(403)
    return session


def _machine(timeline: Timeline, segment_start: float | None) -> str:
    """What the machine said of the call or of one of its segments; 422 when there is no such segment of speech."""
    if segment_start is None:
        return timeline.outcome.value if timeline.outcome else UNFINISHED
    for segment in timeline.segments:
        if abs(segment.start - segment_start) < 1e-3 and segment.verdict:
            return segment.verdict.is_
    raise HTTPException(422)


def _row(review: Review) -> dict[str, Any]:
    return asdict(review) | {"confirms": review.confirms}


def _own(address: str) -> str:
    return address if _OWN_ADDRESS.fullmatch(address) else "/"


def _form(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=10, strict_parsing=bool(body))
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(400) from None
    return {name: values[0] for name, values in found.items()}


def _harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
