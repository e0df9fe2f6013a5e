"""A city's identity provider on this machine: OpenID Connect with code and PKCE, and a person who always agrees."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "huiyin", "shared-with-the-provider"


@dataclass
class Provider:
    """`who` signs in; `claims` go over what a sound token says; `down` makes every answer a 503."""

    issuer: str
    now: datetime
    who: str = "shen"
    claims: dict[str, Any] = field(default_factory=dict)
    down: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def change_key(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "token_endpoint": f"{self.issuer}/token",
            "authorization_endpoint": f"{self.issuer}/authorize", "end_session_endpoint": f"{self.issuer}/leave",
        }  # fmt: skip

    def agree(self, asked: dict[str, str]) -> str:
        """The address to go back to, with a code."""
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert (asked["code_challenge_method"], len(asked["nonce"]) > 20) == ("S256", True)
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """An id_token for a code that was not used yet, from the client that holds its verifier."""
        asked = self.codes.pop(sent.get("code", ""), None)
        right = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {right}":
            return self._no("invalid_grant" if asked is None else "invalid_client")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
        if challenge.rstrip(b"=").decode() != asked["code_challenge"] or sent["redirect_uri"] != asked["redirect_uri"]:
            return self._no("invalid_grant")
        moment = int(self.now.timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "a-number", "iat": moment, "exp": moment + 300,
            "nonce": asked["nonce"], "preferred_username": self.who,
        } | self.claims  # fmt: skip
        key = self.signs_with or self.key
        said = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, key)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": signed}

    def _no(self, why: str) -> tuple[int, dict[str, Any]]:
        self.refused.append(why)
        return 400, {"error": why}


@contextmanager
def identity_provider(now: datetime) -> Iterator[Provider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", now)
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider, address = self._provider(), urlsplit(self.path)
        if provider.down:
            self._answer(503, {})
        elif address.path == "/.well-known/openid-configuration":
            self._answer(200, provider.metadata())
        elif address.path == "/keys":
            self._answer(200, {"keys": [provider.key.as_dict(private=False)]})
        elif address.path == "/authorize":
            self.send_response(302)
            self.send_header("location", provider.agree({k: v[0] for k, v in parse_qs(address.query).items()}))
            self.send_header("content-length", "0")
            self.end_headers()
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        provider = self._provider()
        given = {name: values[0] for name, values in sent.items()}
        self._answer(*((503, {}) if provider.down else provider.token(given, self.headers["authorization"] or "")))

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _provider(self) -> Provider:
        found: Provider = self.server.provider  # type: ignore[attr-defined]
        return found

    def _answer(self, code: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
