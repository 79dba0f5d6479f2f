"""Audio by byte range, waveform, spectrogram, the files of a call, and whether its audio is what it was."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response

from probe.evidence.recording import AUDIO
from probe.web import integrity, kept, sound, spectrogram, waveform
from probe.web.folder import FILES, BrokenCall, Call
from probe.web.site import Site, language_of

Level = Annotated[int, InPath(ge=0, le=2)]
Number = Annotated[int, InPath(ge=0, le=100_000)]
_KEPT = {"cache-control": "private, max-age=86400"}  # the address holds the version of the audio
_PASSING = {"cache-control": "no-store"}


def add(app: FastAPI, site: Site) -> None:
    """Adds these addresses to the app."""

    @app.get("/calls/{name}/files/{file}")
    def one_file(name: str, file: str, download: bool = False) -> Response:
        call = site.call(name)
        path = call.file(file)
        if path is None:
            raise HTTPException(404)
        return FileResponse(
            path,
            media_type=FILES[file],
            headers={"cache-control": "private, no-cache"},
            filename=f"{name}-{file}",
            content_disposition_type="attachment" if download else "inline",
        )

    @app.get("/api/calls/{name}/waveform/{version}/{level}/{number}")
    def peaks(name: str, version: str, level: Level, number: Number) -> Response:
        call = site.call(name)
        heard = _sound(call)
        keep = _place(site, call, version)
        data = waveform.tile(heard, level, number, keep / "waveform" if keep else None)
        return Response(data, media_type="application/octet-stream", headers=_KEPT if keep else _PASSING)

    @app.get("/api/calls/{name}/spectrogram/{version}/{level}/{number}.png")
    def tile(name: str, version: str, level: Level, number: Number) -> Response:
        call = site.call(name)
        keep = _place(site, call, version)
        path = keep / f"spectrogram-{level}-{number}.png" if keep else None
        data = kept.read(path) if path else None
        if data is None:
            data = spectrogram.tile(_sound(call), level, number)
            if data is None:
                raise HTTPException(404)
            if path:
                kept.write(path, data)
        return Response(data, media_type="image/png", headers=_KEPT if keep else _PASSING)

    @app.get("/api/calls/{name}/integrity")
    def audio_state(name: str) -> dict[str, Any]:
        call = site.call(name)
        try:
            state, digest = integrity.state(call, call.timeline())
        except BrokenCall as error:
            raise HTTPException(422, str(error)) from None
        return {"state": state, "sha256": digest}

    @app.get("/api/calls/{name}/seal")
    def seal_state(request: Request, name: str) -> dict[str, Any]:
        return integrity.seal(site.call(name), language_of(request))


def audio_version(call: Call) -> str:
    """The state of a call's audio as addresses of its drawings have it; "live" while it grows, "" without audio."""
    path = call.file(AUDIO)
    if path is None:
        return ""
    found = path.stat()
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def _place(site: Site, call: Call, version: str) -> Any:
    """Where drawings of this version are kept; None when the audio has changed since, as a running call's does."""
    path = call.file(AUDIO)
    if path is None or version != audio_version(call):
        return None
    return kept.place(site.folder.path, call.name, path.stat())


def _sound(call: Call) -> sound.Sound:
    path = call.file(AUDIO)
    if path is None:
        raise HTTPException(404)
    try:
        return sound.read(path)
    except (ValueError, OSError) as error:
        raise HTTPException(422, str(error)) from None
