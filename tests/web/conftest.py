"""A folder of two real calls of one hotline, and the page served from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from probe.web.access import Access
from probe.web.site import Site
from tests.web.real_calls import place, with_trace
from tests.web.served import Server


@dataclass(frozen=True)
class Page:
    """The page of a folder, and people with their tokens."""

    site: Site
    client: httpx.Client
    reviewer: str
    viewer: str

    def sign_in(self, token: str) -> str:
        """Opens a session in the client; returns what must come with every change."""
        answer = self.client.post("/sign-in", data={"token": token}, follow_redirects=False)
        assert answer.status_code == 303
        (session,) = self.site.access._sessions.values()
        return session.proof


@pytest.fixture(scope="session")
def placed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder that no test may change, and the names of its calls."""
    recordings = tmp_path_factory.mktemp("recordings")
    first = place(recordings, "zhenjiang-mobile")
    second = place(recordings, "zhenjiang-mobile", seed=5)
    with_trace(recordings, first)
    return recordings, first, second


@pytest.fixture
def calls(placed: tuple[Path, str, str], tmp_path: Path) -> tuple[Path, str, str]:
    """The same calls in a folder that may be changed."""
    recordings = tmp_path / "recordings"
    shutil.copytree(placed[0], recordings)
    return recordings, placed[1], placed[2]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests."""
    made = Server()
    yield made
    made.close()


@contextmanager
def page_of(server: Server, recordings: Path, *, loopback_only: bool = True, secure: bool = False) -> Iterator[Page]:
    """The page of a folder, as `probe serve` makes it."""
    access = Access(open=loopback_only)
    reviewer, viewer = access.admit("复核员甲", "reviewer"), access.admit("复核员乙", "viewer")
    site = Site(recordings, access, loopback_only=loopback_only, secure=secure)
    with (
        server.shows(site) as address,
        httpx.Client(base_url=address, headers={"accept-language": "en"}, follow_redirects=True, timeout=60) as client,
    ):
        yield Page(site, client, reviewer, viewer)


@pytest.fixture
def page(server: Server, calls: tuple[Path, str, str]) -> Iterator[Page]:
    """The page as this machine alone sees it."""
    with page_of(server, calls[0]) as made:
        yield made


@pytest.fixture
def public(server: Server, calls: tuple[Path, str, str]) -> Iterator[Page]:
    """The page as others can reach it."""
    with page_of(server, calls[0], loopback_only=False) as made:
        yield made
