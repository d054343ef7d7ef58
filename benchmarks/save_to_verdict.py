"""From save to first finding and to last verdict, over LSP, beside a naive runner on the same mutants and oracles.

Run with ``python benchmarks/save_to_verdict.py``. Prints a Markdown table; ratios count, not absolute times.
"""
