"""YAML and JSON documents, and values as plain data."""
