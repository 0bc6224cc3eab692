"""Models on their way to the endpoint: packaged, registered, compared, promoted. The server imports none of it."""
