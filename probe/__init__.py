"""An automated hotline tester: dials, walks menus, listens, and times the wait for a person."""

__version__ = "0.1.0"
