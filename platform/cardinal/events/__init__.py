"""Events: published on commit, carried by Valkey, delivered on sockets."""
