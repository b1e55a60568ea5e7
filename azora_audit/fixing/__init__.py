"""Fixes: findings become edits of schema.prisma and new migrations, and prove that they mend before they are shown."""
