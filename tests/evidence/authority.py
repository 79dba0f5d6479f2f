"""A time-stamping authority on this machine: OpenSSL's, behind HTTP."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamping]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[tsa]
default_tsa = tsa1
[tsa1]
serial = {folder}/serial
digests = sha256
default_policy = 1.2.3.4
signer_digest = sha256
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """Where it is, its root certificate, and what it was asked so far."""

    url: str
    root: Path
    asked: list[bytes]


@contextmanager
def authority(folder: Path, *, answers: bool = True) -> Iterator[Authority]:
    """Serves an authority; one that does not answer says 503."""
    folder.mkdir(parents=True)
    (folder / "serial").write_text("01\n")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)

    (folder / "root.cnf").write_text(_SETTINGS.format(name="Root of a test", folder=folder))
    (folder / "tsa.cnf").write_text(_SETTINGS.format(name="Authority of a test", folder=folder))
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(
        *new,
        "-x509",
        "-config",
        "root.cnf",
        "-extensions",
        "root",
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
        "-days",
        "30",
    )
    openssl(*new, "-config", "tsa.cnf", "-keyout", "tsa.key", "-out", "tsa.csr")
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30",
            "-extfile", "tsa.cnf", "-extensions", "stamping", "-out", "tsa.pem")  # fmt: skip
    asked: list[bytes] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            asked.append(query)
            (folder / "query.tsq").write_bytes(query)
            openssl("ts", "-reply", "-queryfile", "query.tsq", "-config", "tsa.cnf", "-signer", "tsa.pem",
                    "-inkey", "tsa.key", "-out", "answer.tsr")  # fmt: skip
            self.send_response(200 if answers else 503)
            self.send_header("content-type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "answer.tsr").read_bytes())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Authority(f"http://127.0.0.1:{server.server_port}/", folder / "root.pem", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
