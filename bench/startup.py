"""How long a command takes to answer, against an empty Python."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.report import Report

_LINE = '{"id": 1, "title": "路灯", "text": "学府路的路灯三天没亮了"}\n'.encode()


def measure(report: Report, rounds: int) -> None:
    huiyin = str(Path(sys.executable).parent / "huiyin")
    commands = {
        "empty": ([sys.executable, "-c", "pass"], b""),
        "help": ([huiyin, "--help"], b""),
        "classify": ([huiyin, "classify"], _LINE),
    }
    # As people have it: what Python compiled once it keeps, whatever the environment of this run says.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, (command, given) in commands.items():
            start = time.perf_counter()
            subprocess.run(command, input=given, capture_output=True, check=True, env=env)
            seconds[name].append(time.perf_counter() - start)
    empty = statistics.median(seconds["empty"][1:])
    reference = f"python -c pass {1000 * empty:.0f} ms"
    for name, what, asked in (("help", "huiyin --help", "≤ 10 ×"), ("classify", "one-line huiyin classify", "≤ 40 ×")):
        report.add(what, f"{statistics.median(seconds[name][1:]) / empty:.1f} ×", reference, asked)
