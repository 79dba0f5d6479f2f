"""Where calls' folders are kept for good when that is not the folder they were recorded in: object storage, by URL."""

from __future__ import annotations

import re
from pathlib import Path

import fsspec
from sqlalchemy import update

from probe.campaign.store.opening import Store
from probe.campaign.store.tables import ATTEMPTS
from probe.errors import UserError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://")


def is_url(recordings: str) -> bool:
    """Whether recordings go to object storage."""
    return _SCHEME.match(recordings) is not None


def check(recordings: str) -> None:
    """Raises UserError when the place's kind is unknown or its driver is not installed."""
    found = _SCHEME.match(recordings)
    if found is None:
        return
    try:
        fsspec.get_filesystem_class(found.group(1))
    except (ValueError, ImportError) as error:
        raise UserError(f"{recordings}: {error}", f"{recordings}：{error}") from None


def put_away(store: Store, attempt: str, folder: Path, url: str) -> bool:
    """Copies a call's folder to its URL and notes that it is there; False when it could not be, until it is tried again.
    The folder here stays, since it is a link of this machine's chain of evidence; `probe retention` thins it out."""
    try:
        files, root = fsspec.core.url_to_fs(url)
        files.makedirs(root, exist_ok=True)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                files.put_file(str(path), f"{root}/{path.relative_to(folder).as_posix()}")
        for path in folder.rglob("*"):
            if path.is_file() and files.size(f"{root}/{path.relative_to(folder).as_posix()}") != path.stat().st_size:
                return False
    except Exception:  # each kind of storage has errors of its own; it is tried again
        return False
    is_stored(store, attempt, bundle=url)
    return True


def is_stored(store: Store, attempt: str, **values: str) -> None:
    """Notes that an attempt's folder is sealed and where it belongs."""
    there = update(ATTEMPTS).where(ATTEMPTS.c.id == attempt).values(stored=True, **values)
    store.write(lambda connection: connection.execute(there))
