"""The search space: domains, the conditions between them, short forms, and engine parameters."""
