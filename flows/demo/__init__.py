"""A month in a fictitious place: the same channels, actions and sweeps as in production, with `now` passed in."""
