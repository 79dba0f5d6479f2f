"""What reviewers say, beside what the machine said: the reviews beside the calls' folders as rows of the store."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from probe.campaign.store.opening import Store
from probe.campaign.store.tables import ATTEMPTS, OVERRIDES
from probe.evidence.reviews import Review, Reviews


def keep_reviews(store: Store, recordings: Path) -> int:
    """Takes the reviews of a recordings folder that are not in the store yet, and returns how many they were. The log
    beside the calls stays what counts; nothing of the machine's is changed."""
    reviews = Reviews(recordings).all()

    def work(connection: Connection) -> int:
        known = set(connection.execute(select(OVERRIDES.c.id)).scalars())
        new = {_identity(review): review for review in reviews}
        calls = {review.call for review in new.values()}
        attempts = set(connection.execute(select(ATTEMPTS.c.id).where(ATTEMPTS.c.id.in_(calls))).scalars())
        rows = [
            {
                "id": identity,
                "attempt": review.call,
                "reviewer": review.reviewer,
                "at": datetime.fromisoformat(review.at),
                "segment_start_s": review.segment_start,
                "machine": review.machine,
                "says": review.says,
                "reason": review.reason,
            }
            for identity, review in new.items()
            if identity not in known and review.call in attempts
        ]
        if rows:
            connection.execute(insert(OVERRIDES), rows)
        return len(rows)

    return store.write(work)


def _identity(review: Review) -> str:
    return hashlib.sha256(json.dumps(asdict(review), sort_keys=True).encode()).hexdigest()
