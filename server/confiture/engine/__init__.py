"""Use cases: what happens when a migration is checked. A run is a stream of `confiture.model.event` values."""
