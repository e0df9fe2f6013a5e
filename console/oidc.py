"""Signing in through the city's identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

The provider proves who somebody is; who may work here stays ours: only an active account of that login gets in.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.errors import BadInput, HuiyinError, NotAllowed, NotFound
from models.settings import Settings
from models.tables.people import User
from models.tables.sign_ins import OidcStart

BACK: Final = "/login/oidc/return"
_VALID: Final = timedelta(minutes=10)
_LEEWAY_SECONDS: Final = 60  # that the provider's clock and ours may differ
_KEPT_SECONDS: Final = 3600  # a provider's description and keys; an unknown key is asked for at once
_TIMEOUT_SECONDS: Final = 10
# Signatures by a key that only the provider has: never `none`, nor one with a secret that we have too.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class ProviderAway(HuiyinError):
    """统一身份认证没有响应，请稍后再试，或用账号和口令登录。"""

    status_code = 502


class OidcRefused(NotAllowed):
    """统一身份认证的登录没有通过核对，请重新登录；多次如此的，请联系系统管理员。"""


@dataclass(slots=True)
class _Known:
    metadata: dict[str, Any]
    keys: dict[str, Any]
    at: float


_known: dict[str, _Known] = {}
_lock = Lock()


def provider_name(settings: Settings) -> str:
    """What the button says; empty where no provider is set."""
    return settings.oidc_name if settings.oidc_issuer else ""


def must_have_provider(settings: Settings) -> None:
    """BadInput where nobody could ever sign in to an account without a password."""
    if not settings.oidc_issuer:
        raise BadInput("这里没有启用统一身份认证（HUIYIN_OIDC_ISSUER），账号须有口令。")


def departure(settings: Settings, now: datetime) -> tuple[str, str, OidcStart]:
    """Where the browser goes, the state that it must come back with, and what is kept of it until then."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    if not settings.oidc_issuer:
        raise NotFound("这里没有启用统一身份认证。")
    metadata = _provider(settings).metadata
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = {
        "response_type": "code", "client_id": settings.oidc_client_id, "redirect_uri": _return_address(settings),
        "scope": "openid profile", "state": state, "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    address = str(metadata["authorization_endpoint"])
    start = OidcStart(state_digest=_digest(state), nonce=nonce, verifier=verifier, began_at=now)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", state, start


def keep_start(session: Session, start: OidcStart, now: datetime) -> None:
    """Who never came back is forgotten."""
    session.execute(delete(OidcStart).where(col(OidcStart.began_at) < now - _VALID))
    session.add(start)


def take_start(session: Session, state: str, cookie: str, now: datetime) -> OidcStart:
    """What was begun with this state, in this browser, a short while ago; once."""
    if not state or not hmac.compare_digest(state.encode(), cookie.encode()):
        raise OidcRefused("这次登录不是从本浏览器开始的，或已经用过，请重新登录。")
    row = session.exec(select(OidcStart).where(OidcStart.state_digest == _digest(state)).with_for_update()).first()
    if row is None or now - row.began_at > _VALID:
        raise OidcRefused("这次登录已经用过或已过时，请重新登录。")
    session.delete(row)
    session.flush()
    return row


def claimed_login(settings: Settings, start: OidcStart, code: str, now: datetime) -> str:
    """Whose login the provider vouches for: OidcRefused where anything about its token is not as it must be."""
    token = _token(settings, code, start.verifier)
    claims = _claims(settings, token, start.nonce, now)
    login = claims.get(settings.oidc_login_claim)
    if not isinstance(login, str) or not login.strip():
        raise OidcRefused(f"统一身份认证没有给出账号（{settings.oidc_login_claim}），请联系系统管理员。")
    return login.strip()


def account_of(session: Session, login: str) -> User:
    """The active account of this login. None is made by itself."""
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None or not user.active:
        raise OidcRefused(f"统一身份认证通过，但这里没有 {login} 可用的账号，请联系系统管理员。")
    return user


def farewell(settings: Settings) -> str | None:
    """Where the provider's own session is ended, if it says where."""
    try:
        address = _provider(settings).metadata.get("end_session_endpoint")
    except HuiyinError:
        return None
    said = {"client_id": settings.oidc_client_id, "post_logout_redirect_uri": f"{_home(settings)}/login"}
    return f"{address}?{urlencode(said)}" if address else None


def _token(settings: Settings, code: str, verifier: str) -> str:
    """The signed id_token for this code."""
    answer = _ask(
        "POST", str(_provider(settings).metadata["token_endpoint"]),
        auth=(settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()),
        data={"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
              "redirect_uri": _return_address(settings)},
    )  # fmt: skip
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise OidcRefused
    return token


def _claims(settings: Settings, token: str, nonce: str, now: datetime) -> dict[str, Any]:
    """What the token says, its signature, issuer, audience, times and nonce being right."""
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    options = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
    }
    try:
        decoded = _decoded(settings, token)
        params = {"nonce": nonce, "client_id": settings.oidc_client_id}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
    except (JoseError, ValueError) as error:
        raise OidcRefused from error
    return dict(claims)


def _decoded(settings: Settings, token: str) -> Any:  # noqa: ANN401  (lazy import)
    """With keys that are fetched anew once, should the provider have changed them."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    known = _provider(settings)
    try:
        return jwt.decode(token, KeySet.import_key_set({"keys": known.keys["keys"]}), algorithms=_ALGORITHMS)
    except (JoseError, ValueError):
        with _lock:
            _known.pop(settings.oidc_issuer, None)
        fresh = _provider(settings)
        if fresh.keys == known.keys:
            raise
        return jwt.decode(token, KeySet.import_key_set({"keys": fresh.keys["keys"]}), algorithms=_ALGORITHMS)


def _provider(settings: Settings) -> _Known:
    """The provider as it describes itself, and its keys."""
    issuer = settings.oidc_issuer
    with _lock:
        found = _known.get(issuer)
        if found is not None and time.monotonic() - found.at < _KEPT_SECONDS:
            return found
    metadata = _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if any(not isinstance(metadata.get(name), str) for name in needed) or metadata["issuer"] != issuer:
        raise OidcRefused("统一身份认证的自我说明与 HUIYIN_OIDC_ISSUER 不符，请联系系统管理员。")
    keys = _ask("GET", metadata["jwks_uri"])
    if not isinstance(keys.get("keys"), list):
        raise OidcRefused("统一身份认证没有给出公钥，请联系系统管理员。")
    fresh = _Known(metadata, keys, time.monotonic())
    with _lock:
        _known[issuer] = fresh
    return fresh


def _ask(method: str, address: str, **sent: Any) -> dict[str, Any]:  # noqa: ANN401  (httpx's own arguments)
    """The JSON object that the provider answers; ProviderAway or OidcRefused otherwise."""
    try:
        answer = httpx.request(
            method, address, timeout=_TIMEOUT_SECONDS, headers={"accept": "application/json"}, **sent
        )
        said = answer.json() if answer.is_success else None
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway from error
    if answer.is_server_error:
        raise ProviderAway
    if not isinstance(said, dict):
        raise OidcRefused
    return said


def _home(settings: Settings) -> str:
    return settings.public_url.rstrip("/")


def _return_address(settings: Settings) -> str:
    return _home(settings) + BACK


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
