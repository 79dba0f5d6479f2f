"""The tables of the store. docs/store.md explains each column to people who write SQL; a test holds the two together.

    campaigns ─< calls ─< attempts ─< segments ─ verdicts
                              │ └──< events, actions
                              └────< overrides (beside the machine's verdicts, never over them)

Instants are UTC: `timestamptz` on PostgreSQL, text that sorts by time on SQLite. Seconds within a call are floats since
the INVITE, as in `probe.timeline/1`. Two partial unique indexes hold the hard rules whatever the code does: an open
attempt has its number, and its channel of the trunk, to itself.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)

from probe.measure import CLOCKS, EFFORT

METADATA = MetaData()


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime in Python, whatever the database makes of it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


TRUNKS = Table(
    "trunks",
    METADATA,
    Column("name", String, primary_key=True),
    Column("channels", Integer, nullable=False),
    Column("calls_per_second", Float, nullable=False),
    Column("dial", String, nullable=False),
    Column("simulated", String, nullable=False),
    Column("last_dialled", Instant),
)

SCENARIOS = Table(
    "scenarios",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("text", Text, nullable=False),  # as it was when the campaign was planned
)

CAMPAIGNS = Table(
    "campaigns",
    METADATA,
    Column("name", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),  # planned, running, paused, stopped, finished
    Column("definition", Text, nullable=False),  # the file as it was
    Column("definition_sha256", String, nullable=False),
    Column("policy", Text, nullable=False),  # JSON
    Column("seed", Integer, nullable=False),
    Column("trunk", ForeignKey("trunks.name"), nullable=False),
    Column("gap", Float, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("retry_after", Float, nullable=False),
    Column("budget_calls", Integer),
    Column("budget_agent_seconds", Float),
    Column("recordings", String, nullable=False),
    Column("model", String),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("started_by", String),
    Column("ended_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("agent_seconds", Float, nullable=False, server_default="0"),
)

CALLS = Table(
    "calls",
    METADATA,
    Column("id", String, primary_key=True),
    Column("campaign", ForeignKey("campaigns.name"), nullable=False),
    Column("hotline", String, nullable=False),
    Column("number", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("caller", String, nullable=False),
    Column("scenario", String, nullable=False),
    Column("scenario_sha256", ForeignKey("scenarios.sha256"), nullable=False),
    Column("slot", String, nullable=False),
    Column("nth", Integer, nullable=False),  # of its cell, from 0
    Column("day", Date, nullable=False),  # the hotline's own
    Column("day_kind", String, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),  # not before this; due_at until an attempt failed
    Column("state", String, nullable=False),  # waiting, dialling, done, refused
    Column("reason", String, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("dispatches", Integer, nullable=False, server_default="0"),
    Column("attempt", String),  # the last one
    Column("outcome", String),
    Index("calls_of_campaign", "campaign", "state", "outcome"),
    Index("calls_of_hotline", "hotline", "due_at"),
    Index(
        "calls_waiting_of_campaign",
        "campaign",
        "next_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "calls_waiting", "next_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
    ),
)

WAITING = CALLS.c.state == literal_column("'waiting'")
"""Calls that wait, written out, since SQLite uses a partial index only for the very words of its condition."""

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("id", String, primary_key=True),  # also the name of the call's folder
    Column("call", ForeignKey("calls.id"), nullable=False),
    Column("n", Integer, nullable=False),  # from 1
    Column("campaign", String, nullable=False),
    Column("hotline", String, nullable=False),
    Column("number", String, nullable=False),
    Column("trunk", String, nullable=False),
    Column("channel", Integer, nullable=False),  # of the trunk, from 1
    Column("worker", String, nullable=False),
    Column("written_at", Instant, nullable=False),  # before it was dialled
    Column("ended_at", Instant),
    Column("outcome", String),
    Column("why", String, nullable=False, server_default=""),
    Column("bundle", String, nullable=False),  # folder, or URL of object storage
    Column("stored", Boolean, nullable=False, server_default=text("false")),  # the bundle is there for good
    Column("audio_sha256", String),
    Column("software", String),
    Column("model", String),
    Column("seconds", Float),  # of the call
    *(Column(name, Float) for name in (*CLOCKS, *EFFORT)),
    UniqueConstraint("call", "n"),
    Index("attempts_of_hotline", "hotline", "written_at"),
    Index("attempts_by_time", "written_at"),
    Index("attempts_of_campaign", "campaign", "written_at"),
    Index(
        "one_call_at_a_number",
        "number",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "one_call_on_a_channel",
        "trunk",
        "channel",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "attempts_to_store",
        "worker",
        sqlite_where=text("NOT stored"),
        postgresql_where=text("NOT stored"),
    ),
)


def _of_attempt(*, primary: bool = True) -> Column[str]:
    return Column("attempt", ForeignKey("attempts.id"), primary_key=primary, nullable=False)


SEGMENTS = Table(
    "segments",
    METADATA,
    _of_attempt(),
    Column("n", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("prompt", String),
    Index("segments_of_prompt", "prompt"),
)

VERDICTS = Table(
    "verdicts",
    METADATA,
    _of_attempt(),
    Column("segment", Integer, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("probability", Float, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON
)

EVENTS = Table(
    "events",
    METADATA,
    _of_attempt(),
    Column("n", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("details", Text, nullable=False),  # JSON
)

ACTIONS = Table(
    "actions",
    METADATA,
    _of_attempt(),
    Column("n", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("value", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON
)

OVERRIDES = Table(
    "overrides",
    METADATA,
    Column("id", String, primary_key=True),  # SHA-256 of the review, so that one is kept once
    _of_attempt(primary=False),
    Column("reviewer", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("segment_start_s", Float),  # NULL: the outcome of the call
    Column("machine", String, nullable=False),
    Column("says", String, nullable=False),
    Column("reason", Text, nullable=False),
    Index("overrides_of_attempt", "attempt"),
)

PROMPTS = Table(
    "prompts",
    METADATA,
    Column("hotline", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("text", Text, nullable=False),  # as first heard
    Column("times_heard", Integer, nullable=False),
    Column("first_attempt", String, nullable=False),
    Column("first_heard_at", Instant, nullable=False),
    Column("last_heard_at", Instant, nullable=False),
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("name", String, primary_key=True),
    Column("machine", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("beat", Integer, nullable=False),  # counts up while it lives
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

STOPS = Table(
    "stops",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String),
)

JOURNAL = Table(
    "journal",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("what", String, nullable=False),
    Column("campaign", String),
    Column("call", String),
    Column("attempt", String),
    Column("who", String, nullable=False),  # a login, or a worker
    Column("detail", Text, nullable=False),
    Index("journal_of_call", "call"),
    Index("journal_of_campaign", "campaign", "id"),
)
