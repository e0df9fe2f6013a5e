"""Files for a browser to keep: never opened in our own name, under a name that may be Chinese."""

from urllib.parse import quote

from fastapi.responses import Response

UNKNOWN = "application/octet-stream"


def kept_as(name: str) -> dict[str, str]:
    """The header by which a browser saves an answer as a file of this name."""
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def download(content: bytes, name: str) -> Response:
    return Response(content, media_type=UNKNOWN, headers=kept_as(name))
