"""Questions to the record: one place per entity. They read; they never write."""
