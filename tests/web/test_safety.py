"""Nothing outside the recordings folder is served, nobody writes who may not, and odd requests get a plain answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from probe.web.guard import LARGEST_BODY
from tests.web.conftest import Page, page_of
from tests.web.served import Server

Calls = tuple[Path, str, str]


def review_of(name: str) -> dict[str, Any]:
    return {"call": name, "says": "hung_up", "reason": "nobody spoke"}


# ---------------------------------------------------------------------------------------------- outside the folder


@pytest.mark.parametrize(
    "path",
    [
        "/calls/..%2f..%2fetc",
        "/calls/%2e%2e",
        "/calls/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/calls/..%5c..%5cetc",
        "/calls/.web",
        "/calls/.index.sqlite",
        "/calls/{name}/files/..%2f..%2freviews.jsonl",
        "/calls/{name}/files/%2e%2e%2freviews.jsonl",
        "/calls/{name}/files/fault.txt",
        "/calls/{name}/files/timeline.json.part",
        "/calls/{name}%00/files/call.wav",
        "/calls/%2fetc",
        "/calls/" + "a" * 300,
        "/calls/" + "%E5%90%8D" * 200,
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/call/..%2f..%2f..%2f__init__.py",
        "/api/calls/..%2f..%2fetc/integrity",
        "/api/calls/%2e%2e/waveform/x/0/0",
        "/docs",
        "/openapi.json",
    ],
)
def test_addresses_that_lead_out_of_the_folder_lead_nowhere(page: Page, calls: Calls, path: str) -> None:
    (calls[0] / "reviews.jsonl").write_text("{}\n")
    (calls[0] / calls[1] / "fault.txt").write_text("Traceback")
    (calls[0] / calls[1] / "timeline.json.part").write_text("{}")
    answer = page.client.get(path.format(name=calls[1]))
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text
    assert "root:" not in answer.text


def test_a_link_out_of_the_folder_is_not_followed(page: Page, calls: Calls, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(calls[0] / calls[1], elsewhere)
    (calls[0] / "linked").symlink_to(elsewhere)
    assert page.client.get("/calls/linked").status_code == 404
    assert page.client.get("/calls/linked/files/call.wav").status_code == 404
    secret = tmp_path / "secret"
    secret.write_text("secret")
    trace = calls[0] / calls[1] / "sip.txt"
    trace.unlink()
    trace.symlink_to(secret)
    assert page.client.get(f"/calls/{calls[1]}/files/sip.txt").status_code == 404
    assert "secret" not in page.client.get(f"/calls/{calls[1]}").text


def test_a_call_named_by_someone_else_is_shown_as_text_and_not_run(page: Page, calls: Calls) -> None:
    name = "<img src=x onerror=alert(1)>"
    folder = calls[0] / name
    shutil.copytree(calls[0] / calls[1], folder)
    form = json.loads((folder / "timeline.json").read_text())
    form["segments"][1]["words"][0]["word"] = "</script><script>alert(1)</script>"
    form["segments"][1]["text"] = "</script><script>alert(1)</script>"
    form["call"]["hotline"] = '"><script>alert(1)</script>'
    (folder / "timeline.json").write_text(json.dumps(form))
    for path in (f"/calls/{name}", "/", f"/compare?a={name}&b={calls[1]}"):
        text = page.client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


# ------------------------------------------------------------------------------------------------------ who may do


def test_this_machine_may_look_without_a_token_but_not_write(page: Page, calls: Calls) -> None:
    assert page.client.get("/").status_code == 200
    assert page.client.post("/api/reviews", json=review_of(calls[1])).status_code == 401
    assert not (calls[0] / "reviews.jsonl").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/api/running",
        "/calls/{name}/files/call.wav",
        "/calls/{name}",
        "/",
        "/reviews",
        "/reviews.csv",
        "/reviews.jsonl",
        "/compare?a={name}&b={name}",
        "/api/calls/{name}/integrity",
        "/api/calls/{name}/seal",
        "/api/calls/{name}/waveform/x/0/0",
        "/api/calls/{name}/spectrogram/x/0/0.png",
        "/calls/no-such-call",
    ],
)
def test_others_see_nothing_without_a_token(public: Page, calls: Calls, path: str) -> None:
    answer = public.client.get(path.format(name=calls[1]), follow_redirects=False)
    assert answer.status_code in (401, 303)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in?next=%2F")
    assert calls[1] not in answer.text
    public.sign_in(public.viewer)
    assert public.client.get(path.format(name=calls[1])).status_code == (404 if "no-such" in path else 200)


def test_a_viewer_may_not_review(page: Page, calls: Calls) -> None:
    proof = page.sign_in(page.viewer)
    answer = page.client.post("/api/reviews", json=review_of(calls[1]), headers={"x-proof": proof})
    assert answer.status_code == 403
    assert not (calls[0] / "reviews.jsonl").exists()


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "é" * 30, "' or 1=1 --", "a" * 5000])
def test_a_wrong_token_opens_nothing(public: Page, token: str) -> None:
    answer = public.client.post("/sign-in", data={"token": token}, follow_redirects=False)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["x", "a" * 43, "%00", '"; drop'])
def test_a_made_up_session_is_none(public: Page, cookie: str) -> None:
    answer = public.client.get("/api/running", headers={"cookie": f"probe_session={cookie}"})
    assert answer.status_code == 401


def test_scripts_cannot_read_the_session_and_other_sites_do_not_send_it(page: Page) -> None:
    answer = page.client.post("/sign-in", data={"token": page.reviewer}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_behind_https_the_session_never_goes_out_in_the_clear(server: Server, calls: Calls) -> None:
    with page_of(server, calls[0], loopback_only=False, secure=True) as made:
        answer = made.client.post("/sign-in", data={"token": made.reviewer}, follow_redirects=False)
    assert "secure" in answer.headers["set-cookie"].lower()


def test_signing_out_ends_the_session(public: Page) -> None:
    proof = public.sign_in(public.viewer)
    assert public.client.post("/sign-out", data={"proof": "x" * 43}).status_code == 403
    key = public.client.cookies["probe_session"]
    assert public.client.post("/sign-out", data={"proof": proof}, follow_redirects=False).status_code == 303
    answer = public.client.get("/api/running", headers={"cookie": f"probe_session={key}"})
    assert answer.status_code == 401


# --------------------------------------------------------------------------------------------- requests from others


def test_a_review_needs_the_proof_of_the_reviewers_own_page(page: Page, calls: Calls) -> None:
    proof = page.sign_in(page.reviewer)
    send = page.client.post
    assert send("/api/reviews", json=review_of(calls[1])).status_code == 403
    assert send("/api/reviews", json=review_of(calls[1]), headers={"x-proof": "x" * 43}).status_code == 403
    assert send("/api/reviews", json=review_of(calls[1]), headers={"x-proof": proof}).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_what_another_site_sends_is_refused(page: Page, calls: Calls, headers: dict[str, str]) -> None:
    proof = page.sign_in(page.reviewer)
    answer = page.client.post("/api/reviews", json=review_of(calls[1]), headers={"x-proof": proof} | headers)
    assert answer.status_code == 403
    assert page.client.post("/sign-in", data={"token": page.reviewer}, headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost@evil", ""])
def test_a_strange_host_is_refused_on_this_machine(page: Page, host: str) -> None:
    assert page.client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "127.0.0.1:65535"])
def test_this_machine_is_known_by_its_names(page: Page, host: str) -> None:
    assert page.client.get("/", headers={"host": host}).status_code == 200


# ---------------------------------------------------------------------------------------------------- every answer


@pytest.mark.parametrize("path", ["/", "/calls/{name}", "/nothing", "/static/page.css", "/calls/{name}/files/call.wav"])
def test_every_answer_forbids_what_is_not_ours(page: Page, calls: Calls, path: str) -> None:
    headers = page.client.get(path.format(name=calls[1])).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_no_page_has_anything_that_the_policy_would_stop(page: Page, calls: Calls) -> None:
    page.sign_in(page.reviewer)
    for path in ("/", f"/calls/{calls[1]}", f"/compare?a={calls[1]}&b={calls[2]}", "/reviews", "/sign-in"):
        text = page.client.get(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert "https://" not in text


@pytest.mark.parametrize(
    "onward",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nx: y", "javascript:alert(1)", "", "/ x"],
)
def test_signing_in_leads_to_this_page_only_and_adds_no_header(page: Page, onward: str) -> None:
    answer = page.client.post("/sign-in", data={"token": page.reviewer, "next": onward}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    assert "x" not in answer.headers


def test_signing_in_leads_back_to_the_call(page: Page, calls: Calls) -> None:
    wanted = f"/calls/{calls[1]}"
    answer = page.client.post("/sign-in", data={"token": page.reviewer, "next": wanted}, follow_redirects=False)
    assert answer.headers["location"] == wanted


def test_a_name_with_line_breaks_or_quotes_adds_no_header(page: Page, calls: Calls) -> None:
    name = 'a"b; x=y'
    shutil.copytree(calls[0] / calls[1], calls[0] / name)
    answer = page.client.get(f"/calls/{name}/files/call.wav?download=1")
    assert answer.status_code == 200
    assert '"b;' not in answer.headers["content-disposition"]
    assert page.client.get("/calls/a%0d%0ax-evil:%201").status_code == 404


# ------------------------------------------------------------------------------------------ oversize and malformed


def test_a_body_that_is_too_large_is_refused(page: Page) -> None:
    assert page.client.post("/sign-in", content=b"token=" + b"a" * LARGEST_BODY).status_code == 413


def test_a_body_that_grows_without_saying_so_is_refused(page: Page) -> None:
    def endless() -> Any:
        for _ in range(100):
            yield b"a" * 1024

    assert page.client.post("/sign-in", content=endless()).status_code == 413


def test_an_address_that_is_too_long_is_refused(page: Page) -> None:
    assert page.client.get("/?text=" + "a" * 5000).status_code == 414
    assert page.client.get("/?text=" + "a" * 300).status_code == 422


def test_headers_that_are_too_large_are_refused(page: Page) -> None:
    assert page.client.get("/", headers={"x-large": "a" * 40_000}).status_code in (400, 431)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(page: Page, calls: Calls, method: str) -> None:
    assert page.client.request(method, f"/calls/{calls[1]}").status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"call": 1}',
        b'{"call": "x", "says": "human", "reason": "x", "admin": true}',
        b'{"call": "NAME", "says": "wonderful", "reason": "x"}',
        b'{"call": "NAME", "says": "human", "reason": ""}',
        b'{"call": "NAME", "says": "human", "reason": "  "}',
        b'{"call": "NAME", "says": "human", "reason": "x", "segment_start": 9999}',
        b'{"call": "NAME", "says": "human", "reason": "x", "segment_start": "nan"}',
        b'{"call": "NAME", "says": "human", "reason": "x", "segment_start": NaN}',
        b'{"call": "../x", "says": "human", "reason": "x"}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_review_that_is_not_one_is_refused_and_nothing_is_written(page: Page, calls: Calls, body: bytes) -> None:
    proof = page.sign_in(page.reviewer)
    headers = {"x-proof": proof, "content-type": "application/json"}
    answer = page.client.post("/api/reviews", content=body.replace(b"NAME", calls[1].encode()), headers=headers)
    assert answer.status_code in (400, 404, 422)
    assert answer.json()["error"]
    assert not (calls[0] / "reviews.jsonl").exists()


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-13-40",
        "until=9999-12-31",
        "offset=-1",
        "offset=x",
        "order=words",
        "order=id;drop",
        "offset=99999999999",
    ],
)
def test_a_filter_that_is_not_one_is_refused(page: Page, query: str) -> None:
    answer = page.client.get(f"/?{query}")
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("body", [b"%", b"a" * 100, b"&&&", b"token=%ff%fe", b"\xff\xff", b"token=x&" * 50])
def test_a_sign_in_that_is_no_form_is_refused(page: Page, body: bytes) -> None:
    assert page.client.post("/sign-in", content=body).status_code in (400, 403)
