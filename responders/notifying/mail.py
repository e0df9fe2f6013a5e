"""Letters by mail: SMTP with TLS where offered, a Message-ID made from the delivery's key, never an answer to us."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from models.errors import BadSettings, Unavailable
from responders.notifying.port import Letter, TransportFailed, TransportRefused

TIMEOUT_SECONDS = 15
_PERMANENT = 500  # RFC 5321 4.2.1: 5xx is a lasting refusal, 4xx a passing one
_AUTH_FAILED = (smtplib.SMTPAuthenticationError, ssl.SSLError)  # an operator mends these: the letter waits


class MailNotifier:
    """Sends through the server of `url`: smtp://user:pass@host:port, smtps:// for TLS from the first byte."""

    def __init__(self, url: str, sender: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = _server(url)
        self._sender, self._timeout = sender, timeout

    def send(self, letter: Letter) -> str:
        message = mail(letter, self._sender)
        try:
            with self._open() as smtp:
                smtp.send_message(message)
        except _AUTH_FAILED as error:
            raise TransportFailed(f"邮件服务器登录或加密失败：{_said(error)}。") from error
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = next(iter(error.recipients.values()))
            raise _failure(code, error) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise TransportRefused(f"邮件服务器不支持该地址的写法：{letter.address}。") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TransportFailed(f"邮件服务器连接失败：{_said(error)}。") from error
        return str(message["Message-ID"])

    def greet(self) -> str:
        """Sign in and send nothing: the server's name; Unavailable says what an operator has to mend."""
        name = f"{self._server.scheme}://{self._server.hostname}"
        try:
            with self._open():
                return name
        except smtplib.SMTPAuthenticationError as error:
            raise Unavailable(f"{name} 不接受登录（{_said(error)}），请核对 HUIYIN_SMTP_URL 的用户和口令。") from error
        except ssl.SSLError as error:
            raise Unavailable(f"{name} 加密失败（{_said(error)}），请核对端口，证书须由系统信任。") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(
                f"连不上 {name}（{_said(error)}），请核对 HUIYIN_SMTP_URL 的地址、端口和网络。"
            ) from error

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        host, port = self._server.hostname or "", self._server.port
        if self._server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(host, port or 25, timeout=self._timeout)
        try:
            self._greet(smtp)
            yield smtp
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()  # the letter is already accepted: a rude goodbye is no failure
        finally:
            smtp.close()

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo()
        if self._server.scheme == "smtp" and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if self._server.username:
            smtp.login(unquote(self._server.username), unquote(self._server.password or ""))


def mail(letter: Letter, sender: str) -> EmailMessage:
    """The letter as RFC 5322 mail; TransportRefused where the address is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(addr_spec=letter.address)
    except (ValueError, IndexError, MessageError) as error:
        raise TransportRefused(f"收件地址有误：{letter.address!r}。") from error
    message["From"] = sender
    message["Subject"] = " ".join(letter.title.split())
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{letter.key.hex}@huiyin>"
    # RFC 3834: machines don't answer it; and when it comes back to us, channels/mailbox knows it as ours.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Huiyin-Delivery"] = letter.key.hex
    message.set_content(letter.text.encode("utf-8", errors="replace").decode(), cte="base64")
    return message


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        known = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known:
        raise BadSettings("HUIYIN_SMTP_URL 应为 smtp://用户:口令@主机:端口 或 smtps://…")
    return parts


def check_sender(sender: str) -> None:
    """BadSettings where HUIYIN_MAIL_FROM is no address."""
    if "@" not in parseaddr(sender)[1]:
        raise BadSettings(f"HUIYIN_MAIL_FROM 不是邮件地址：{sender}")


def _failure(code: int, error: Exception) -> TransportFailed:
    if code >= _PERMANENT:
        return TransportRefused(f"邮件服务器拒收：{_said(error)}。")
    return TransportFailed(f"邮件服务器暂不接收：{_said(error)}。")


def _said(error: Exception) -> str:
    return str(error)[:300] or type(error).__name__
