"""How the model runs fast and the same everywhere: compiled code, random numbers, caches. No economics."""
