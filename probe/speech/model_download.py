"""Fetching a model's archive: resumed where it stopped, checked, and unpacked whole or not at all.

The official site publishes no SHA-256, so the archive's own checksums (a CRC for each file) are verified, its
SHA-256 is recorded beside the model with the size of every file, and `recorded` notices when files are gone.
"""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx

from probe.errors import UserError

_ATTEMPTS = 4
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_RECORD = "installed.json"


def fetch(url: str, name: str, folder: Path, progress: Callable[[int, int], None]) -> Path:
    """Download `url` and unpack it as the model `name` in `folder`; return the model's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}.zip.part"
    _download(url, partial, progress)
    try:
        target = _unpack(partial, folder / name, url)
    except zipfile.BadZipFile:
        raise UserError(
            f"what {url} sent is not a sound archive; it was deleted, please try again",
            f"{url} 发来的文件不是完好的压缩包，已删除，请重试",
        ) from None
    finally:
        partial.unlink(missing_ok=True)
        _validator(partial).unlink(missing_ok=True)
    return target


def recorded(folder: Path) -> str | None:
    """Return the SHA-256 recorded for an installed model; raises `UserError` if files are missing or cut since."""
    file = folder / _RECORD
    if not file.is_file():
        return None
    record = json.loads(file.read_text("utf-8"))
    for name, size in record["files"].items():
        part = folder / name
        if not part.is_file() or part.stat().st_size != size:
            raise UserError(
                f"model {folder.name} is damaged ({name}); delete {folder} and type: probe models get {folder.name}",
                f"模型 {folder.name} 已损坏（{name}）；请删除 {folder} 后输入：probe models get {folder.name}",
            )
    return str(record["sha256"])


def _download(url: str, partial: Path, progress: Callable[[int, int], None]) -> None:
    for attempt in range(_ATTEMPTS):
        before = partial.stat().st_size if partial.exists() else 0
        try:
            with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
                _continue(client, url, partial, progress)
            return
        except httpx.HTTPStatusError as refused:
            raise UserError(
                f"{url}: the server answered {refused.response.status_code}",
                f"{url}：服务器返回 {refused.response.status_code}",
            ) from None
        except httpx.TransportError as failure:
            done = partial.stat().st_size if partial.exists() else 0
            if attempt + 1 < _ATTEMPTS and done > before:
                continue
            host = httpx.URL(url).host
            kept_en = f"; {done / 1e6:.1f} MB are kept, type the same command to continue" if done else ""
            kept_zh = f"；已保存 {done / 1e6:.1f} MB，再次输入同一命令即可续传" if done else ""
            raise UserError(
                f"cannot fetch from {host} ({type(failure).__name__}): is there a network?{kept_en}",
                f"无法从 {host} 下载（{type(failure).__name__}），请检查网络{kept_zh}",
            ) from None


def _continue(client: httpx.Client, url: str, partial: Path, progress: Callable[[int, int], None]) -> None:
    done = partial.stat().st_size if partial.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    validator = _validator(partial)
    if done and validator.exists():
        # If-Range: should the archive have changed since, all of it is sent anew (RFC 9110 §13.1.5).
        headers |= {"Range": f"bytes={done}-", "If-Range": validator.read_text("utf-8")}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            partial.unlink()
            raise httpx.ReadError("the part kept does not fit the archive")
        response.raise_for_status()
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        done = done if resumed else 0
        total = done + int(response.headers.get("Content-Length", 0))
        tag = response.headers.get("ETag") or response.headers.get("Last-Modified")
        if tag and not tag.startswith("W/"):
            validator.write_text(tag, "utf-8")
        else:
            validator.unlink(missing_ok=True)
        with partial.open("ab" if resumed else "wb") as file:
            for block in response.iter_raw():
                file.write(block)
                done += len(block)
                progress(done, total)


def _unpack(archive: Path, target: Path, url: str) -> Path:
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(scratch)  # verifies every file's CRC
        roots = [file.parent for file in scratch.rglob("final.mdl")]
        if len(roots) != 1:
            raise zipfile.BadZipFile("no acoustic model inside")
        root = roots[0].parent if roots[0].name == "am" else roots[0]
        sizes = {
            file.relative_to(root).as_posix(): file.stat().st_size for file in sorted(root.rglob("*")) if file.is_file()
        }
        record = {"sha256": digest, "url": url, "files": sizes}
        (root / _RECORD).write_text(json.dumps(record, indent=1), "utf-8")
        root.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _validator(partial: Path) -> Path:
    return partial.with_suffix(".validator")
