"""The only writers of the record. Each takes a session, an actor and `now`; the caller commits."""
