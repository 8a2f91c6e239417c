"""Frames over TLS, as Protos/README.md describes them."""

import socket
import ssl
import struct

from tessera.v1 import failure_pb2

REQUEST, RESPONSE, ITEM, CANCEL, PING, PONG, GOAWAY = range(1, 8)
HEADER = struct.Struct(">IBBHII")


class Failed(Exception):
    """A call that did not end with OK."""

    def __init__(self, status, failure):
        super().__init__(f"status {status}: {failure.message} (field '{failure.field}')")
        self.status = status
        self.failure = failure


class Connection:
    def __init__(self, address, ca):
        host, port = address.rsplit(":", 1)
        context = ssl.create_default_context(cafile=ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["tessera/1"])
        plain = socket.create_connection((host, int(port)), timeout=20)
        self.socket = context.wrap_socket(plain, server_hostname=host.strip("[]"))
        assert self.socket.selected_alpn_protocol() == "tessera/1", "ALPN is not tessera/1"
        self.received = b""
        self.last_call = 0

    def close(self):
        self.socket.close()

    def send(self, kind, code=0, call=0, timeout=0, payload=b"", flags=0, length=None):
        length = 12 + len(payload) if length is None else length
        self.socket.sendall(HEADER.pack(length, kind, flags, code, call, timeout) + payload)

    def receive(self):
        """The next frame: kind, code, call, payload; None at the end of the connection."""
        header = self._take(HEADER.size)
        if header is None:
            return None
        length, kind, flags, code, call, timeout = HEADER.unpack(header)
        assert flags == 0 and timeout == 0, "fields that must be 0 are not"
        assert 12 <= length <= 1 << 20, f"a frame length of {length}"
        payload = self._take(length - 12)
        assert payload is not None, "the connection ended inside a frame"
        return kind, code, call, payload

    def _take(self, count):
        while len(self.received) < count:
            try:
                more = self.socket.recv(65536)
            except (ssl.SSLError, ConnectionError):
                more = b""
            if not more:
                return None
            self.received += more
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def start(self, method, request, timeout_ms=10000):
        """Sends a request and returns its call number."""
        self.last_call += 1
        payload = request if isinstance(request, bytes) else request.SerializeToString()
        self.send(REQUEST, method, self.last_call, timeout_ms, payload)
        return self.last_call

    def finish(self, response_type):
        """Receives one answer: its call number and its message."""
        frame = self.receive()
        assert frame is not None, "the connection ended"
        kind, code, call, payload = frame
        assert kind == RESPONSE, f"a frame of kind {kind} for an answer"
        if code != 0:
            raise Failed(code, failure_pb2.Failure.FromString(payload))
        return call, response_type.FromString(payload)

    def call(self, method, request, response_type):
        expected = self.start(method, request)
        call, response = self.finish(response_type)
        assert call == expected, f"answer to call {call}, not {expected}"
        return response
