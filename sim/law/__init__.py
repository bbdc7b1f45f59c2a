"""The law of the week: parameters turned into the tables that mechanisms read."""
