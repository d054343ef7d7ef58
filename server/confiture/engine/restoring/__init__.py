"""Completing a down script: statements that restore what it loses and drop what it leaves behind, proved to do so."""
