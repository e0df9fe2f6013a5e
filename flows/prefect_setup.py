"""How Prefect is told to behave, before it is imported: it tells nobody of us, and keeps its files in our folder."""

import os

from models.settings import Settings

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_PROMPT": "false",
}


def configure(settings: Settings) -> dict[str, str]:
    """Set Prefect's environment where the operator has not; what was set is returned for child processes."""
    wanted = {
        **QUIET,
        "PREFECT_HOME": str(settings.data_dir.absolute() / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{settings.prefect_port}/api",
    }
    for name, value in wanted.items():
        if name in QUIET:
            os.environ[name] = value  # telemetry is off whatever the environment says
        else:
            os.environ.setdefault(name, value)
    return {name: os.environ[name] for name in wanted}
