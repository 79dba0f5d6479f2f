"""Runs migrations on the connection that `probe.campaign.store.opening` hands over; there is no configuration file."""

from __future__ import annotations

from alembic import context

from probe.campaign.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
