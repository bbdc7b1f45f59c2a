"""Investment business cases: what a municipality's investment costs and returns, to whom and when."""
