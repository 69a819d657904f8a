"""The data layer of Customer Center: models, queries, services and transfer over PostgreSQL."""
