"""Mail: files, folders, mbox, Maildir and IMAP. Every item ends accepted or quarantined, none raises."""

from channels.mailbox.source import read_mailbox

__all__ = ["read_mailbox"]
