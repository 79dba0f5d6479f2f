"""Official models: fetched over a real HTTP server on loopback, resumed, checked, unpacked whole or not at all."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from probe.errors import UserError
from probe.speech import models

NAME = "vosk-model-small-cn-0.22"


def archive(top: str = NAME) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(f"{top}/am/final.mdl", b"acoustic" * 40_000)
        packed.writestr(f"{top}/conf/mfcc.conf", "--sample-frequency=16000\n")
    return data.getvalue()


class Site:
    """What the server sends, and how it fails."""

    def __init__(self) -> None:
        self.body = archive()
        self.cut_after: list[int] = []
        self.tag = '"one"'
        self.ranges: list[str | None] = []


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            served.ranges.append(asked)
            if self.path != f"/{NAME}.zip":
                self.send_error(404)
                return
            start = 0
            if asked and self.headers.get("If-Range") == served.tag:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(served.body) - 1}/{len(served.body)}")
            else:
                self.send_response(200)
            body = served.body[start:]
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", served.tag)
            self.end_headers()
            self.wfile.write(body[: served.cut_after.pop(0)] if served.cut_after else body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("PROBE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("PROBE_MODELS_SITE", f"http://127.0.0.1:{server.server_port}")
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def leftovers(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "models").iterdir())


def test_a_model_is_fetched_unpacked_and_listed(site: Site, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    folder = models.get(NAME, lambda done, total: seen.append((done, total)))
    assert (folder / "am" / "final.mdl").read_bytes() == b"acoustic" * 40_000
    assert seen[-1] == (len(site.body), len(site.body))
    assert leftovers(tmp_path) == [NAME]
    model = models.named(NAME)
    assert model.path == folder == models.path(NAME)
    assert model.sha256 == hashlib.sha256(site.body).hexdigest()
    assert model in models.installed()


def test_an_installed_model_is_not_fetched_again(site: Site) -> None:
    models.get(NAME)
    models.get(NAME)
    assert len(site.ranges) == 1


def test_a_cut_connection_continues_where_it_stopped(site: Site) -> None:
    site.cut_after = [100_000]
    models.get(NAME)
    assert site.ranges == [None, "bytes=100000-"]


def test_a_download_that_keeps_failing_is_continued_by_the_next_command(site: Site, tmp_path: Path) -> None:
    site.cut_after = [100_000, 0]
    with pytest.raises(UserError, match="are kept"):
        models.get(NAME)
    assert models.named(NAME).path is None
    models.get(NAME)
    assert site.ranges[-1] == "bytes=100000-"
    assert leftovers(tmp_path) == [NAME]


def test_an_archive_that_changed_meanwhile_is_fetched_anew(site: Site) -> None:
    site.cut_after = [100_000, 0]
    with pytest.raises(UserError):
        models.get(NAME)
    site.tag = '"two"'
    site.body = archive() + b""
    folder = models.get(NAME)
    assert (folder / "am" / "final.mdl").stat().st_size == 320_000


@pytest.mark.parametrize(
    "wrong", [b"<html>not found</html>", archive()[:200_000], archive().replace(b"acoustic", b"agnostic", 1)]
)
def test_wrong_bytes_are_refused_and_nothing_is_left(site: Site, tmp_path: Path, wrong: bytes) -> None:
    site.body = wrong
    with pytest.raises(UserError, match="not a sound archive"):
        models.get(NAME)
    assert leftovers(tmp_path) == []


def test_an_archive_without_a_model_is_refused(site: Site, tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("readme.txt", "hello")
    site.body = data.getvalue()
    with pytest.raises(UserError):
        models.get(NAME)
    assert leftovers(tmp_path) == []


def test_a_server_without_the_model_is_one_clear_line(site: Site) -> None:
    with pytest.raises(UserError, match="404"):
        models.get("vosk-model-small-fr-0.22")


def test_no_network_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROBE_MODELS", str(tmp_path))
    monkeypatch.setenv("PROBE_MODELS_SITE", "http://127.0.0.1:9")
    with pytest.raises(UserError) as error:
        models.get(NAME)
    assert "network" in error.value.en
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_lost_a_file_is_noticed(site: Site) -> None:
    folder = models.get(NAME)
    (folder / "conf" / "mfcc.conf").unlink()
    with pytest.raises(UserError, match="damaged"):
        models.named(NAME)


def test_what_to_type_is_said_when_a_model_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROBE_MODELS", str(tmp_path))
    with pytest.raises(UserError, match=f"probe models get {NAME}"):
        models.path(NAME)
    with pytest.raises(UserError, match="probe models get vosk-model-small-fr"):
        models.best("fr")
    with pytest.raises(UserError, match=f"did you mean .*{NAME}"):
        models.path("vosk-model-small-ch-0.22")


def test_the_bundled_model_is_the_best_until_an_official_one_is_installed(site: Site) -> None:
    assert models.best("zh").name == models.BUNDLED
    assert models.best("zh").bundled
    models.get(NAME)
    assert models.best("zh").name == NAME


def test_the_bundled_model_fits_in_the_package() -> None:
    bundled = models.named(models.BUNDLED)
    assert bundled.rate == 8000
    assert bundled.megabytes <= 12
