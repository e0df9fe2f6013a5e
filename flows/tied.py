"""`python -m flows.tied PARENT COMMAND…`: a command that is told to end when its parent died, even of kill -9."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tie(parent: int) -> None:
    """SIGTERM at the parent's death, from now on; it outlives an exec. Elsewhere than on Linux, nothing."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        raise SystemExit(1)


def main() -> None:
    parent, *command = sys.argv[1:]
    tie(int(parent))
    os.execv(command[0], command)  # noqa: S606  (our own command line)


if __name__ == "__main__":
    main()
