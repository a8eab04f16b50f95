"""The shapes on the wire: one definition for REST, sockets, OpenAPI, the event schema and TypeScript."""
