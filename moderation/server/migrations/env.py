"""Run by alembic with the connection that ``moderation.server.store`` hands it."""

from alembic import context

from moderation.server.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
