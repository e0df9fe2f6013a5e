"""How Prefect is told to behave, before it is imported: it tells nobody of us, and keeps its files in our folder."""

import os
import urllib.error
import urllib.request

from models.settings import Settings

QUIET = {
    "DO_NOT_TRACK": "1",  # the client's analytics
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # the server's
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
USUAL = {
    # A server that is away must not be replaced by a hidden one in the worker's own process.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_PROMPT": "false",
    # The worker asks again every minute, and the scheduler's processes every period: long patience helps nobody.
    "PREFECT_CLIENT_MAX_RETRIES": "2",
    # The least: a run that died with its worker is told apart after four of them (flows/unheard.py).
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}


def configure(settings: Settings) -> dict[str, str]:
    """Set Prefect's environment where the operator has not; what was set is returned for child processes."""
    wanted = {
        **USUAL,
        "PREFECT_HOME": str(settings.data_dir.absolute() / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{settings.prefect_port}/api",
    }
    for name, value in wanted.items():
        os.environ.setdefault(name, value)
    os.environ.update(QUIET)  # telemetry is off whatever the environment says
    return {name: os.environ[name] for name in (*wanted, *QUIET)}


def answers(api_url: str) -> bool:
    """Whether a Prefect server is there now."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=2):  # noqa: S310  (the operator's own address)
            return True
    except (urllib.error.URLError, OSError):
        return False
