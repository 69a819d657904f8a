"""Pictures of the application for the README."""
