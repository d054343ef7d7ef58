"""The Python API: mutation tests, profiles and fixtures for tests of migrations. See `FRAMEWORK_API.md`."""
