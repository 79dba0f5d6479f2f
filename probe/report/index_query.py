"""Filters, orders and rows of the index, as SQL and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from probe.errors import UserError
from probe.measure import CLOCKS, EFFORT
from probe.report.calls import FIGURES, MARKS, REGISTERED, TEXTS, CallRow, Filter

SELECT = ", ".join(
    (
        *(f"calls.{name}" for name in TEXTS),
        *(f"coalesce(hotlines.{name}, '')" for name in REGISTERED),
        "calls.audio_present",
        "calls.expected_held",
        "reviewed.outcome",
        *(f"calls.{name}" for name in FIGURES),
    )
)
FROM = (
    "FROM calls LEFT JOIN hotlines ON hotlines.id = calls.hotline LEFT JOIN reviewed ON reviewed.id = calls.id WHERE "
)
COLUMNS = (*TEXTS, *REGISTERED, "audio_present", "expected_held", "reviewed_outcome", *FIGURES)
ORDERS = frozenset({"id", "started_at", "hotline", "enterprise", "caller", "scenario", "outcome", *FIGURES})
"""Columns by which `page` can order; a leading `-` turns the order round."""


def condition_of(which: Filter) -> tuple[str, list[Any]]:
    """A filter as SQL and the values in it."""
    parts: list[str] = []
    values: list[Any] = []
    for name in ("hotline", "caller", "scenario", "goal", "outcome"):
        if (wanted := getattr(which, name)) is not None:
            parts.append(f"calls.{name} = ?")
            values.append(wanted)
    for name in ("enterprise", "sector", "region"):
        if (wanted := getattr(which, name)) is not None:
            parts.append(f"calls.hotline IN (SELECT id FROM hotlines WHERE {name} = ?)")
            values.append(wanted)
    for sign, instant in ((">=", which.since), ("<", which.until)):
        if instant is not None:
            parts.append(f"calls.started_at {sign} ?")
            values.append(_instant(instant))
    if which.text:
        like = "%" + which.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        parts.append(
            "(calls.id LIKE ? ESCAPE '\\' OR calls.dialed LIKE ? ESCAPE '\\' OR calls.hotline IN (SELECT id FROM "
            "hotlines WHERE id || char(10) || name || char(10) || enterprise || char(10) || number LIKE ? ESCAPE '\\') "
            "OR calls.id IN (SELECT id FROM words WHERE text LIKE ? ESCAPE '\\'))"
        )
        values += [like] * 4
    return " AND ".join(parts) or "1", values


def _instant(at: datetime) -> str:
    """As timelines write it, so that text compares as time; an instant without a zone is taken to be UTC."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ordering_of(order: str) -> str:
    name, direction = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name not in ORDERS:
        raise unknown_column(name, sorted(ORDERS))
    column = f"hotlines.{name}" if name in REGISTERED else f"calls.{name}"
    last = f"{column} IS NULL, " if name in FIGURES else ""
    return f"{last}{column} {direction}, calls.id {direction}"


def unknown_column(name: str, known: Iterable[str]) -> UserError:
    choices = ", ".join(known)
    return UserError(f"unknown column `{name}`; choose one of: {choices}", f"未知的列 `{name}`；可选：{choices}")


def row_of(values: dict[str, Any]) -> CallRow:
    def known(names: Iterable[str]) -> dict[str, float]:
        return {name: values[name] for name in names if values[name] is not None}

    texts = {name: values[name] for name in (*TEXTS, *REGISTERED, "reviewed_outcome") if name != "started_at"}
    return CallRow(
        **texts,
        started_at=_moment(values["started_at"]),
        audio_present=bool(values["audio_present"]),
        expected_held=None if values["expected_held"] is None else bool(values["expected_held"]),
        marks=known(MARKS),
        clocks=known(CLOCKS),
        effort=known(EFFORT),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
