-- CreateTable
CREATE TABLE "session_records" (
    "session_pk" BIGINT NOT NULL,
    "head" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "body" JSON NOT NULL,

    CONSTRAINT "session_records_pkey" PRIMARY KEY ("session_pk")
);
