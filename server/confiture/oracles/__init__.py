"""What can kill a mutant: one file per kind of test."""
