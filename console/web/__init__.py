"""The pages: citizens, moderators, units, supervisors, editors, operators."""
