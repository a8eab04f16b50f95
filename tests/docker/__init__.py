"""The container set-up, checked with everything that runs without a container engine."""
