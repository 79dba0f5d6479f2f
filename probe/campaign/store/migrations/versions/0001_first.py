"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:

    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("call", sa.String(), nullable=True),
        sa.Column("attempt", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("journal_of_call", "journal", ["call"], unique=False)
    op.create_index("journal_of_campaign", "journal", ["campaign", "id"], unique=False)
    op.create_table(
        "prompts",
        sa.Column("hotline", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("times_heard", sa.Integer(), nullable=False),
        sa.Column("first_attempt", sa.String(), nullable=False),
        sa.Column("first_heard_at", _INSTANT, nullable=False),
        sa.Column("last_heard_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hotline", "id"),
    )
    op.create_table(
        "scenarios",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", _INSTANT, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "trunks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("calls_per_second", sa.Float(), nullable=False),
        sa.Column("dial", sa.String(), nullable=False),
        sa.Column("simulated", sa.String(), nullable=False),
        sa.Column("last_dialled", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "campaigns",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("definition_sha256", sa.String(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("trunk", sa.String(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("retry_after", sa.Float(), nullable=False),
        sa.Column("budget_calls", sa.Integer(), nullable=True),
        sa.Column("budget_agent_seconds", sa.Float(), nullable=True),
        sa.Column("recordings", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("started_by", sa.String(), nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("agent_seconds", sa.Float(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["trunk"],
            ["trunks.name"],
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("hotline", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("scenario_sha256", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("day_kind", sa.String(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("not_after", _INSTANT, nullable=False),
        sa.Column("next_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dispatches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempt", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaigns.name"],
        ),
        sa.ForeignKeyConstraint(
            ["scenario_sha256"],
            ["scenarios.sha256"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("calls_of_campaign", "calls", ["campaign", "state", "outcome"], unique=False)
    op.create_index("calls_of_hotline", "calls", ["hotline", "due_at"], unique=False)
    op.create_index(
        "calls_waiting",
        "calls",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "calls_waiting_of_campaign",
        "calls",
        ["campaign", "next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("hotline", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("trunk", sa.String(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("why", sa.String(), server_default="", nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("stored", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("audio_sha256", sa.String(), nullable=True),
        sa.Column("software", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("post_dial_delay", sa.Float(), nullable=True),
        sa.Column("dialed_to_answered", sa.Float(), nullable=True),
        sa.Column("answered_to_human_offered", sa.Float(), nullable=True),
        sa.Column("answered_to_human_requested", sa.Float(), nullable=True),
        sa.Column("requested_to_human", sa.Float(), nullable=True),
        sa.Column("queued_to_human", sa.Float(), nullable=True),
        sa.Column("answered_to_human", sa.Float(), nullable=True),
        sa.Column("dialed_to_human", sa.Float(), nullable=True),
        sa.Column("steps", sa.Float(), nullable=True),
        sa.Column("key_steps", sa.Float(), nullable=True),
        sa.Column("spoken_steps", sa.Float(), nullable=True),
        sa.Column("refusals", sa.Float(), nullable=True),
        sa.Column("menu_level", sa.Float(), nullable=True),
        sa.Column("seconds_of_announcements", sa.Float(), nullable=True),
        sa.Column("seconds_of_advertising", sa.Float(), nullable=True),
        sa.Column("seconds_of_music", sa.Float(), nullable=True),
        sa.Column("agent_seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call"],
            ["calls.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call", "n"),
    )
    op.create_index("attempts_by_time", "attempts", ["written_at"], unique=False)
    op.create_index("attempts_of_campaign", "attempts", ["campaign", "written_at"], unique=False)
    op.create_index("attempts_of_hotline", "attempts", ["hotline", "written_at"], unique=False)
    op.create_index(
        "attempts_to_store",
        "attempts",
        ["worker"],
        unique=False,
        sqlite_where=sa.text("NOT stored"),
        postgresql_where=sa.text("NOT stored"),
    )
    op.create_index(
        "one_call_at_a_number",
        "attempts",
        ["number"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "one_call_on_a_channel",
        "attempts",
        ["trunk", "channel"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "actions",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["attempts.id"],
        ),
        sa.PrimaryKeyConstraint("attempt", "n"),
    )
    op.create_table(
        "events",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["attempts.id"],
        ),
        sa.PrimaryKeyConstraint("attempt", "n"),
    )
    op.create_table(
        "overrides",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("segment_start_s", sa.Float(), nullable=True),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["attempts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("overrides_of_attempt", "overrides", ["attempt"], unique=False)
    op.create_table(
        "segments",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["attempts.id"],
        ),
        sa.PrimaryKeyConstraint("attempt", "n"),
    )
    op.create_index("segments_of_prompt", "segments", ["prompt"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["attempts.id"],
        ),
        sa.PrimaryKeyConstraint("attempt", "segment"),
    )
