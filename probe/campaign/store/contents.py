"""A timeline as rows: segments, verdicts, events, actions, and the prompts that were heard."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from probe.campaign.store.tables import ACTIONS, EVENTS, PROMPTS, SEGMENTS, VERDICTS
from probe.timeline import Timeline


def keep_contents(connection: Connection, attempt: str, hotline: str, at: datetime, timeline: Timeline) -> None:
    """Writes what was heard and done in an attempt, in place of what was there; `at`: when it was dialled."""
    form = timeline.to_json()
    before = _prompts_of(connection, attempt)
    for table in (VERDICTS, SEGMENTS, EVENTS, ACTIONS):
        connection.execute(delete(table).where(table.c.attempt == attempt))
    segments = list(enumerate(form["segments"]))
    _insert(connection, SEGMENTS, ({"attempt": attempt, "n": n} | _segment(segment) for n, segment in segments))
    judged = ((n, segment["verdict"]) for n, segment in segments if segment.get("verdict"))
    _insert(connection, VERDICTS, ({"attempt": attempt, "segment": n} | _verdict(verdict) for n, verdict in judged))
    _insert(connection, EVENTS, ({"attempt": attempt, "n": n} | _happened(row) for n, row in enumerate(form["events"])))
    _insert(connection, ACTIONS, ({"attempt": attempt, "n": n} | _done(row) for n, row in enumerate(form["actions"])))
    heard = Counter(segment["prompt"] for _, segment in segments if segment.get("prompt"))
    for prompt in heard | before:
        more = heard[prompt] - before[prompt]
        text = next((segment["text"] for _, segment in segments if segment.get("prompt") == prompt), "")
        _count_prompt(connection, (hotline, prompt), more, text or "", attempt, at)


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        connection.execute(insert(table), listed)


def _segment(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "start_s": row["start"],
        "end_s": row["end"],
        "text": row.get("text") or "",
        "prompt": row.get("prompt"),
    }


def _verdict(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "verdict": row["is"],
        "probability": row["probability"],
        "reasons": json.dumps(row.get("reasons") or [], ensure_ascii=False),
    }


def _happened(row: dict[str, Any]) -> dict[str, Any]:
    details = {name: value for name, value in row.items() if name not in ("kind", "at")}
    return {"kind": row["kind"], "at_s": row["at"], "details": json.dumps(details, ensure_ascii=False)}


def _done(row: dict[str, Any]) -> dict[str, Any]:
    details = {name: value for name, value in row.items() if name not in ("kind", "at", "value")}
    return {
        "kind": row["kind"],
        "at_s": row["at"],
        "value": str(row.get("value") or ""),
        "details": json.dumps(details, ensure_ascii=False),
    }


def _prompts_of(connection: Connection, attempt: str) -> Counter[str]:
    """How often each prompt is in the rows that an attempt has already, so that counting it twice comes to the same."""
    kept = select(SEGMENTS.c.prompt).where(SEGMENTS.c.attempt == attempt, SEGMENTS.c.prompt.is_not(None))
    return Counter(connection.execute(kept).scalars())


def _count_prompt(
    connection: Connection, key: tuple[str, str], more: int, text: str, attempt: str, at: datetime
) -> None:
    hotline, prompt = key
    here = (PROMPTS.c.hotline == hotline) & (PROMPTS.c.id == prompt)
    counted = {"times_heard": PROMPTS.c.times_heard + more, "last_heard_at": at}
    if not connection.execute(update(PROMPTS).where(here).values(counted)).rowcount:
        connection.execute(
            insert(PROMPTS).values(
                hotline=hotline,
                id=prompt,
                text=text,
                times_heard=more,
                first_attempt=attempt,
                first_heard_at=at,
                last_heard_at=at,
            )
        )
