"""Text and files become facts, one module for each kind of source."""
