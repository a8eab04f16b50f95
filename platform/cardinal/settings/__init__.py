"""Settings by mode: `demo` (one machine, embedded services), `production`, `test`."""
