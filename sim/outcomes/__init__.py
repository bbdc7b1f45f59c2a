"""What comes out of a run: measures with their units, the counters behind them, the ledger, the tables."""
