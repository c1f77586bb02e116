-- CreateTable
CREATE TABLE "share_link" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "session_id" TEXT,
    "target" TEXT,
    "view" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "content" BOOLEAN NOT NULL,
    "hidden" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" DOUBLE PRECISION NOT NULL,
    "expires_at" DOUBLE PRECISION,
    "until_end" BOOLEAN NOT NULL DEFAULT false,
    "most_views" INTEGER,
    "views" INTEGER NOT NULL DEFAULT 0,
    "last_used_at" DOUBLE PRECISION,
    "revoked_at" DOUBLE PRECISION,

    CONSTRAINT "share_link_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "share_link_hash_key" ON "share_link"("hash");

-- CreateIndex
CREATE INDEX "share_link_project_id_idx" ON "share_link"("project_id");

-- CreateIndex
CREATE INDEX "share_link_session_id_idx" ON "share_link"("session_id");
