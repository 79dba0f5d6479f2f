"""Whether anybody listens on a UDP port, which PJSIP never learns."""

from __future__ import annotations

import socket

_LOOPBACK = "127.0.0.1"


class Knock:
    """A connected UDP socket that has sent an empty line (RFC 5626 §3.5.1): it learns when nobody listens there.

    PJSIP's own socket is not connected, so the network's "port unreachable" never reaches it. A host name is not
    looked up: nothing is known of it then.
    """

    def __init__(self, host: str, port: int) -> None:
        self._socket: socket.socket | None = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect((socket.inet_ntoa(socket.inet_aton(_LOOPBACK if host == "localhost" else host)), port))
            self._socket.send(b"\r\n\r\n")
        except OSError:
            self.close()

    def is_refused(self) -> bool:
        """Whether the network has said that nobody listens."""
        try:
            if self._socket is not None:
                self._socket.recv(1)
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Gives the socket back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
