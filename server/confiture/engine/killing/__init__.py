"""Writing the test that kills a survivor: what tells it from the original, said in SQL and proved on PostgreSQL."""
