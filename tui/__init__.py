"""The terminal application of Customer Center and its command line."""
