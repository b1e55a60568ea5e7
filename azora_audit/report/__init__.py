"""Reports: pure functions from findings to text and bytes, one format a file."""
