"""Rules that several mechanisms share: refund clock, the municipality's own cost, rates, flows, contact."""
