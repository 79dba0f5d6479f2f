"""One attempt, from its ticket to its rows: the order is made up, the call placed, its folder put where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from probe.campaign.definition import THROUGH
from probe.campaign.salvage import salvage
from probe.campaign.shelf import is_url, put_away
from probe.campaign.store.attempts import Now, Ticket, complete, interrupt
from probe.campaign.store.opening import Store
from probe.errors import ProbeError
from probe.evidence.bundle import MANIFEST, running
from probe.place import Order
from probe.timeline import Timeline

_SCENARIOS = ".scenarios"


class Place(Protocol):
    """What dials: `probe.place.place_call`, or whatever runs it elsewhere."""

    def __call__(self, order: Order, *, stop: Callable[[], bool] | None = None) -> Timeline: ...


def dial(
    store: Store,
    ticket: Ticket,
    spool: Path,
    place: Place,
    must_hang_up: Callable[[], bool],
    now: Now,
    trunks: Path | None = None,
) -> None:
    """Places the call of a ticket and writes down what came of it. What breaks on our side is `our_fault`.

    `trunks`: this machine's file of the trunks (None: found as `probe run --trunk` finds it).
    """
    root = folder_of(ticket.recordings, spool)
    timeline: Timeline | None
    why = ""
    try:
        timeline = place(_order(ticket, root, spool, trunks), stop=must_hang_up)
    except Exception as error:  # whatever it is, the attempt must not stay open
        why = error.en if isinstance(error, ProbeError) else f"{type(error).__name__}: {error}"
        timeline = _left(root / ticket.attempt)
    if timeline is None:
        interrupt(store, ticket.attempt, " ".join(why.split()), "", now)
        return
    elsewhere = is_url(ticket.recordings)
    sealed = (root / ticket.attempt / MANIFEST).exists()
    complete(store, ticket.attempt, timeline, now, stored=sealed and not elsewhere)
    if sealed and elsewhere:
        put_away(store, ticket.attempt, root / ticket.attempt, bundle_of(ticket.recordings, ticket.attempt))


def folder_of(recordings: str, spool: Path) -> Path:
    """Where calls are recorded: the campaign's folder, or the spool when they go to object storage afterwards."""
    return spool if is_url(recordings) else Path(recordings)


def bundle_of(recordings: str, attempt: str) -> str:
    """Where the folder of an attempt is kept for good: a URL, or an absolute path."""
    return f"{recordings.rstrip('/')}/{attempt}" if is_url(recordings) else str(Path(recordings).resolve() / attempt)


def _left(folder: Path) -> Timeline | None:
    """What is in the folder of a call that broke; None while its mark says that it goes on, which is read later."""
    try:
        return None if running(folder) else salvage(folder)
    except (OSError, ProbeError):
        return None


def _order(ticket: Ticket, root: Path, spool: Path, trunks: Path | None) -> Order:
    real = ticket.dial == THROUGH
    return Order(
        scenario=_written(ticket, spool),
        line="sip" if ticket.dial else "simulated",
        uri=ticket.dial.format(number=re.sub(r"[^\d+*#]", "", ticket.number)) if ticket.dial else "",
        hotline=str(Path(ticket.simulated) / f"{ticket.hotline}.yaml") if ticket.simulated else ticket.hotline,
        caller=ticket.caller,
        recordings=root,
        model=ticket.model,
        trunk=ticket.trunk if real else "",
        trunks=trunks if real else None,
        seed=ticket.seed,
        nth=ticket.nth,
        at=ticket.at,
        id=ticket.attempt,
    )


def _written(ticket: Ticket, spool: Path) -> Path:
    """The scenario as it was when the campaign was planned, on this machine's disk."""
    folder = spool / _SCENARIOS / ticket.campaign / ticket.hotline
    path = folder / f"{ticket.scenario}.yaml"
    if not path.is_file() or path.read_text(encoding="utf-8") != ticket.scenario_text:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{ticket.attempt}.part"
        draft.write_text(ticket.scenario_text, encoding="utf-8")
        draft.replace(path)
    return path
