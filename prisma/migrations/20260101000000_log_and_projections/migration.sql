-- CreateTable
CREATE TABLE "session" (
    "pk" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "head" INTEGER NOT NULL DEFAULT 0,
    "received_at" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "sort_at" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "title" TEXT,
    "framework" TEXT,
    "format" TEXT,
    "workflow" TEXT,
    "prompt_variant" TEXT,
    "tags" TEXT[],
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "started_at" DOUBLE PRECISION,
    "ended_at" DOUBLE PRECISION,
    "end_status" TEXT,
    "master_model" TEXT,
    "master_name" TEXT,
    "kinds" TEXT[],
    "counts" JSON NOT NULL DEFAULT '{}',
    "detected" INTEGER NOT NULL DEFAULT 0,
    "strip" JSON,
    "detector_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "session_pkey" PRIMARY KEY ("pk")
);

-- CreateTable
CREATE TABLE "event" (
    "session_pk" BIGINT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "occurred_at" DOUBLE PRECISION NOT NULL,
    "type" TEXT NOT NULL,
    "turn_id" TEXT,
    "data" JSON NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("session_pk","sequence")
);

-- CreateTable
CREATE TABLE "content" (
    "session_pk" BIGINT NOT NULL,
    "hash" TEXT COLLATE "C" NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "content_pkey" PRIMARY KEY ("session_pk","hash")
);

-- CreateTable
CREATE TABLE "task" (
    "session_pk" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "by" TEXT,
    "to" TEXT,
    "by_model" TEXT,
    "to_model" TEXT,
    "title" TEXT,
    "parent_task_id" TEXT,
    "group" TEXT,
    "background" BOOLEAN NOT NULL DEFAULT false,
    "delegated_at" DOUBLE PRECISION,
    "blocked_at" DOUBLE PRECISION,
    "ended_at" DOUBLE PRECISION,
    "accepted_at" DOUBLE PRECISION,
    "status" TEXT NOT NULL,
    "ended_by" TEXT,
    "turns" INTEGER NOT NULL DEFAULT 0,
    "output_tokens" BIGINT,
    "tokens_estimated" BOOLEAN NOT NULL DEFAULT false,
    "writes" INTEGER NOT NULL DEFAULT 0,
    "headline_id" TEXT,
    "headline_kind" TEXT,
    "headline_phase" TEXT,
    "headline_at" DOUBLE PRECISION,
    "headline_tokens" DOUBLE PRECISION,
    "headline_step" INTEGER,
    "headline_opportunity" INTEGER,
    "interventions" JSON NOT NULL DEFAULT '{}',

    CONSTRAINT "task_pkey" PRIMARY KEY ("session_pk","id")
);

-- CreateTable
CREATE TABLE "intervention" (
    "session_pk" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "flags" TEXT[],
    "task_id" TEXT NOT NULL,
    "artifact" TEXT,
    "survival" DOUBLE PRECISION,
    "destroyed" DOUBLE PRECISION NOT NULL,
    "headline" BOOLEAN NOT NULL,
    "occurred_at" DOUBLE PRECISION NOT NULL,
    "detector_version" INTEGER NOT NULL,
    "data" JSON NOT NULL,
    "changed_at" INTEGER NOT NULL,
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "intervention_pkey" PRIMARY KEY ("session_pk","id")
);

-- CreateTable
CREATE TABLE "snapshot" (
    "session_pk" BIGINT NOT NULL,
    "head" INTEGER NOT NULL,
    "detector_version" INTEGER NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("session_pk")
);

-- CreateIndex
CREATE UNIQUE INDEX "session_id_key" ON "session"("id");

-- CreateIndex
CREATE INDEX "session_sort_at_pk_idx" ON "session"("sort_at" DESC, "pk" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "event_session_pk_id_key" ON "event"("session_pk", "id");

-- CreateIndex
CREATE INDEX "intervention_session_pk_changed_at_idx" ON "intervention"("session_pk", "changed_at");

-- What follows Prisma's schema language cannot say; its drift check does not look at it either.

-- The text of one turn as streamed so far.
CREATE INDEX "event_streamed_turn_idx" ON "event"("session_pk", "turn_id") WHERE "turn_id" IS NOT NULL;

-- A session's row is rewritten with every batch: room on its page keeps the new version there and out of the indexes.
ALTER TABLE "session" SET (fillfactor = 40);
