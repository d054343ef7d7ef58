"""Exceptions for the user: each message says what failed, what was tried and what to do.

    ConfitureError
    ├── ConfigError            a setting is wrong                          (exit 2)
    ├── ProjectError           no history, or one that cannot be read      (exit 2)
    └── DatabaseError          PostgreSQL cannot be had                    (exit 4)
        ├── NoServerError      none found, or none that starts
        └── ConnectionLostError  it went away in mid-run

What is wrong inside a migration is a `Finding`, never an exception.
"""


class ConfitureError(Exception):
    """Base of all exceptions whose text is meant for the user."""


class ConfigError(ConfitureError):
    """A setting is unknown or has a wrong value."""


class ProjectError(ConfitureError):
    """A history is missing, ambiguous or unreadable."""


class DatabaseError(ConfitureError):
    """PostgreSQL cannot be had."""


class NoServerError(DatabaseError):
    """No PostgreSQL was found, or none that starts or lets us in."""


class ConnectionLostError(DatabaseError):
    """PostgreSQL went away in mid-run."""
