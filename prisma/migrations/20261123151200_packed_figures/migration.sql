-- What figures over many sessions read of a session, packed: a tenth of its records. Null: made from the records at the next start.
ALTER TABLE "session_records" ADD COLUMN "packed" TEXT;
ALTER TABLE "session_records" ADD COLUMN "packed_version" INTEGER;
