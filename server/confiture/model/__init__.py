"""Frozen values that every layer speaks in. They hold data and arithmetic on it, never I/O."""
