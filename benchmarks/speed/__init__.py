"""The sections of ``benchmarks/run.py``: one module per goal of speed."""
