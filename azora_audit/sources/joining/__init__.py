"""Comparing what schema.prisma and SQL say of the same objects."""
