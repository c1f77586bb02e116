-- Whom to tell what, and what was told.
CREATE TABLE "webhook" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "shape" TEXT NOT NULL,
    "rule" JSON NOT NULL,
    "secret" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "webhook_project_id_idx" ON "webhook"("project_id");

CREATE TABLE "webhook_delivery" (
    "id" BIGSERIAL NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "session_id" TEXT,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" DOUBLE PRECISION NOT NULL,
    "created_at" DOUBLE PRECISION NOT NULL,
    "ended_at" DOUBLE PRECISION,
    "status" INTEGER,
    "error" TEXT,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "webhook_delivery_webhook_id_key_key" ON "webhook_delivery"("webhook_id", "key");
CREATE INDEX "webhook_delivery_state_next_at_idx" ON "webhook_delivery"("state", "next_at");
CREATE INDEX "webhook_delivery_session_id_idx" ON "webhook_delivery"("session_id");
