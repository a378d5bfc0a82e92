"""Small real servers that answer as the services do."""
