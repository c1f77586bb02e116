-- What can be searched: one row an item of a session (lib/store/search.ts). Made from the log, and thrown away with it.
CREATE TABLE "search_item" (
    "id" BIGSERIAL NOT NULL,
    "session_pk" BIGINT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "agent" TEXT,
    "tool" TEXT,
    "path" TEXT,
    "model" TEXT,
    "words" tsvector NOT NULL,

    CONSTRAINT "search_item_pkey" PRIMARY KEY ("id")
);
-- Words are asked for through the index; beside the row they would make every look at a hit a look at all of its text.
ALTER TABLE "search_item" SET (toast_tuple_target = 128, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE "search_item" ALTER COLUMN "words" SET STORAGE EXTENDED;
CREATE INDEX "search_item_session_pk_id_idx" ON "search_item"("session_pk", "id");
CREATE INDEX "search_item_words_idx" ON "search_item" USING GIN ("words");

CREATE TABLE "search_head" (
    "session_pk" BIGINT NOT NULL,
    "head" INTEGER NOT NULL,
    "detected" INTEGER NOT NULL,
    "detector_version" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "open" TEXT[],

    CONSTRAINT "search_head_pkey" PRIMARY KEY ("session_pk")
);
