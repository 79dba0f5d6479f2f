"""After a worker died: each attempt it had open is ended from the folder it left, and what it had not put away is."""

from __future__ import annotations

from pathlib import Path

from probe.campaign.dialling import folder_of
from probe.campaign.salvage import INTERRUPTED, is_sealed, salvage
from probe.campaign.shelf import is_stored, is_url, put_away
from probe.campaign.store.attempts import Now, complete, interrupt, open_attempts, unstored_attempts
from probe.campaign.store.opening import Store


def clear_up(store: Store, dead: str, spool: Path, who: str, now: Now) -> int:
    """Ends every attempt that a dead worker left open and returns how many there were.

    Where its folder can be read, what it holds is kept: a call that had come to its end keeps that end, one that broke off
    is our fault, interrupted. Where there is none (nothing was recorded yet, or the disk is another machine's) the
    attempt is our fault, interrupted; the recording is found when a worker of that name is back on its own machine.
    """
    open_ = open_attempts(store, dead)
    for row in open_:
        folder = _folder(row.bundle, row.id, spool)
        timeline = salvage(folder)
        if timeline is None:
            interrupt(store, row.id, INTERRUPTED, who, now)
        else:
            complete(store, row.id, timeline, now, stored=False)
    put_away_left(store, dead, spool, now)
    return len(open_)


def put_away_left(store: Store, worker: str, spool: Path, now: Now) -> None:
    """What could not be done before, because a disk was full or a storage away: reads folders that nobody has read, seals
    those that are not sealed, and puts them where they belong."""
    for row in unstored_attempts(store, worker):
        folder = _folder(row.bundle, row.id, spool)
        if row.audio_sha256 is None and (timeline := salvage(folder)) is not None:
            complete(store, row.id, timeline, now, stored=False)
        if not is_sealed(folder):
            continue
        if is_url(row.bundle):
            put_away(store, row.id, folder, row.bundle)
        else:
            is_stored(store, row.id)


def _folder(bundle: str, attempt: str, spool: Path) -> Path:
    """Where the folder was recorded on the machine that dialled."""
    return folder_of(bundle, spool) / attempt if is_url(bundle) else Path(bundle)
