"""Rules that several mechanisms share: the refund clock, the municipality's own cost, rates, flows, contact law."""
