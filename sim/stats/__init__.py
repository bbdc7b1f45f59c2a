"""Statistics that reforms and calibration share: intervals and the emulator, each worked out once."""
