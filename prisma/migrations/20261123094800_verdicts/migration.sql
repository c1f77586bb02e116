-- What people judged, over all sessions. Of the log's rows very few are verdicts; Prisma's schema cannot say it.
CREATE INDEX "event_verdict_idx" ON "event" ("session_pk") WHERE "type" = 'verdict.given';
