"""What a run found, in the formats that people and programs read. A format is one file and one line in `FORMATS`."""
