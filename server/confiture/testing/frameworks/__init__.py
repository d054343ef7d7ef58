"""Mutation testing and performance profiling from Python."""
