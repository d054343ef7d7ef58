"""One file per LSP feature. A handler gets, calls, converts and returns."""
