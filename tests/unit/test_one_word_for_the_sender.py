"""Whoever wrote, called or posted is 来件人 on every page, paper and notice (GLOSSARY.md)."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAYS = ("console", "flows", "models", "responders")
# Patterns and column names: words that citizens and other systems write, not ours.
READS = {"models/profile.py", "responders/editions/answering.py"}
OTHERS = ("来信人", "诉求人", "写信人", "来文人")


def test_no_page_paper_or_notice_calls_the_sender_by_another_word() -> None:
    files = [file for room in SAYS for kind in ("*.py", "*.html") for file in (ROOT / room).rglob(kind)]
    assert len(files) > 300
    found = {
        str(file.relative_to(ROOT)): word
        for file in files
        for word in OTHERS
        if word in file.read_text(encoding="utf-8") and str(file.relative_to(ROOT)) not in READS
    }
    assert found == {}
