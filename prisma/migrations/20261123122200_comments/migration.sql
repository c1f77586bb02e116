-- What people say of a session.
CREATE TABLE "comment" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "author_id" TEXT,
    "author" TEXT NOT NULL,
    "on_kind" TEXT NOT NULL,
    "on_id" TEXT NOT NULL,
    "quote" TEXT,
    "body" TEXT NOT NULL,
    "mentions" TEXT[],

    CONSTRAINT "comment_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "comment_session_id_at_idx" ON "comment"("session_id", "at");
CREATE INDEX "comment_project_id_at_idx" ON "comment"("project_id", "at" DESC);
CREATE INDEX "share_link_project_id_created_at_idx" ON "share_link"("project_id", "created_at" DESC);

-- When a session was first heard of: what came in before this version has none.
ALTER TABLE "session" ADD COLUMN "arrived_at" DOUBLE PRECISION;
CREATE INDEX "session_arrived_at_idx" ON "session"("arrived_at" DESC);

-- For so many days after the last word sessions of the project are kept; nothing: for ever.
ALTER TABLE "project" ADD COLUMN "retention_days" INTEGER;
