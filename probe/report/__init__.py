"""Tables from measured calls."""
