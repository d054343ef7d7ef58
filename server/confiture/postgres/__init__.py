"""PostgreSQL: servers, scratch databases, sessions, and what the catalog says. The only importer of psycopg."""
