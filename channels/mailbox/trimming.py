"""Plain text as it was meant: flowed lines joined, uuencoded files taken out, quoted history cut from replies."""

import binascii
import re
from bisect import bisect_right

_REPLY_SUBJECT = re.compile(r"\s*(?:re|回复|答复|回覆|答覆|aw|sv)\s*[:：]", re.IGNORECASE)
_FROM_LINE = re.compile(r"\s*[*]?(?:发件人|寄件者|寄件人|From)[*]?\s*[:：]", re.IGNORECASE)
_UNDER_FROM = re.compile(
    r"\s*[*]?(?:发送时间|发送日期|日期|寄件日期|傳送時間|Sent|Date|收件人|To|主题|主旨|Subject)[*]?\s*[:：]",
    re.IGNORECASE,
)
_CUTS = (
    re.compile(
        r"\s*[-－—_]{2,}\s*(?:原始邮件|原邮件|原始郵件|回复的原邮件|Original Message|Original)\s*[-－—_]{2,}",
        re.IGNORECASE,
    ),
    # A date or an address must stand in the line: «局长在会上写道：» is the citizen's own sentence.
    re.compile(r"(?=.*[\d@])\s*(?:在|于|於)\s?.{4,150}(?:写道|写信|寫道|来信)\s*[:：]\s*$"),
    re.compile(r"(?=.*[\d@])\s*.{0,60}\s?(?:于|於|在)\s?.{4,60}(?:写道|寫道)\s*[:：]\s*$"),
    re.compile(r"\s*\d{4}[-/年].{4,120}(?:写道|寫道|wrote)\s*[:：]\s*$"),
    re.compile(r"\s*On\s.{5,200}\swrote\s*:\s*$"),
    re.compile(r"\s*[-—]{2,}\s*请在此线以上回复"),
)
_WROTE_ENDS = re.compile(r".{0,100}(?:写道|寫道|wrote)\s*[:：]\s*$")
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,200})$")
_LONGEST_LINE = 400
_MOST_FAILURES = 3  # so that a text full of «begin» is not decoded over and over


def is_reply(subject: str | None, *, refers: bool) -> bool:
    return refers or bool(_REPLY_SUBJECT.match(subject or ""))


def without_history(text: str) -> str:
    """The new words of a reply. If nothing would be left (words below the quotation only), all of it."""
    lines = text.split("\n")
    end = next((at for at in range(len(lines)) if _cuts(lines, at)), len(lines))
    own = [line for line in lines[:end] if not line.lstrip().startswith((">", "＞"))]
    kept = "\n".join(own).strip().rstrip("-_ \n")
    if kept:
        return kept
    below = [line for line in lines if not line.lstrip().startswith((">", "＞"))]
    return "\n".join(below).strip() or text


def _cuts(lines: list[str], at: int) -> bool:
    line = lines[at][:_LONGEST_LINE]
    if any(pattern.match(line) for pattern in _CUTS):
        return True
    following = [other[:_LONGEST_LINE] for other in lines[at + 1 : at + 5]]
    if _FROM_LINE.match(line):
        return any(_UNDER_FROM.match(other) for other in following)
    broken = line.lstrip().startswith(("On ", "在 ", "于 ")) and following and _WROTE_ENDS.match(following[0])
    return bool(broken)


def unflowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next of the same quote depth."""
    out: list[str] = []
    buffer, depth_before = "", 0
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        content = bare.removeprefix(" ")
        if buffer and depth != depth_before:
            out.append(">" * depth_before + buffer)
            buffer = ""
        flows = content.endswith(" ") and content != "-- "
        buffer += content[:-1] if flows and delete_space else content
        depth_before = depth
        if not flows:
            out.append(">" * depth + buffer)
            buffer = ""
    return "\n".join([*out, ">" * depth_before + buffer] if buffer else out)


def take_out_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """(text without its uuencoded files, [(name, content)])."""
    if "\nend" not in text or "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    ends = [index for index, line in enumerate(lines) if line.rstrip() == "end"]
    at = failed = 0
    while at < len(lines):
        begin = _UU_BEGIN.match(lines[at].rstrip()[:_LONGEST_LINE]) if failed < _MOST_FAILURES else None
        following = bisect_right(ends, at) if begin else len(ends)
        end = ends[following] if following < len(ends) else 0
        content = uudecoded(lines[at + 1 : end]) if end and _is_uu_line(lines[at + 1]) else b""
        if begin and content:
            files.append((begin.group(1), content))
            at = end + 1
            continue
        failed += begin is not None
        kept.append(lines[at])
        at += 1
    return "\n".join(kept), files


def _is_uu_line(line: str) -> bool:
    """The first character counts the bytes that the rest of the line must hold."""
    line = line.rstrip()
    return bool(line) and " " <= line[0] <= "`" and len(line) - 1 >= (((ord(line[0]) - 32) & 63) * 4 + 2) // 3


def uudecoded(lines: list[str]) -> bytes:
    """Content of uuencoded lines; a line that is none is left out."""
    out = bytearray()
    for line in lines:
        data = line.encode("ascii", "replace")
        try:
            out += binascii.a2b_uu(data)
        except binascii.Error:
            # Encoders that count the padding: take what the length character asks for.
            wanted = ((data[0] - 32) & 63) * 4 // 3 + 5 if data else 0
            try:
                out += binascii.a2b_uu(data[:wanted])
            except binascii.Error:
                continue
    return bytes(out)
