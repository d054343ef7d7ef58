"""Confiture: mutation tests and cost profiles for PostgreSQL migrations written in SQL."""
