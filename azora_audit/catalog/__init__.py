"""The catalog: facts of all services as tables, the views over them, and facts derived from names."""
