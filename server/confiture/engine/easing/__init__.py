"""Easing an up script on the tables in use: the same migration with weaker or shorter locks, proved by measuring it."""
