"""Embedded Postgres and Valkey, and the supervisor that serves Cardinal on one machine."""
