"""Pure functions from facts and a draft to alerts. No store, no clock, no screen: everything comes as an argument."""
