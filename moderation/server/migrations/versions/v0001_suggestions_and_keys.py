"""Suggestions and API keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_key", sa.String(64), nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("author_key", sa.String(64)),
        sa.Column("community", sa.Text),
        sa.Column("scores", sa.JSON, nullable=False),
        sa.Column("spans", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
    )
    op.create_index("suggestions_text_key", "suggestions", ["text_key"])
    op.create_index("suggestions_author_key", "suggestions", ["author_key"])
    op.create_index("suggestions_created_at", "suggestions", ["created_at"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("rate_limit", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("api_keys")
    op.drop_table("suggestions")
