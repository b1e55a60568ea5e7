"""The files of a service beside its schema: package, example environment, documentation."""
