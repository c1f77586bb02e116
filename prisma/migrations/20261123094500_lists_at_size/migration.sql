-- One index for each thing that the list of sessions is narrowed by, in the order in which it is shown.
CREATE INDEX "session_ended_at_sort_at_pk_idx" ON "session"("ended_at", "sort_at" DESC, "pk" DESC);
CREATE INDEX "session_master_model_sort_at_pk_idx" ON "session"("master_model", "sort_at" DESC, "pk" DESC);
CREATE INDEX "session_framework_sort_at_pk_idx" ON "session"("framework", "sort_at" DESC, "pk" DESC);
CREATE INDEX "session_workflow_sort_at_pk_idx" ON "session"("workflow", "sort_at" DESC, "pk" DESC);
CREATE INDEX "session_prompt_variant_sort_at_pk_idx" ON "session"("prompt_variant", "sort_at" DESC, "pk" DESC);
CREATE INDEX "session_tags_idx" ON "session" USING GIN ("tags");
CREATE INDEX "session_kinds_idx" ON "session" USING GIN ("kinds");
CREATE INDEX "task_to_model_session_pk_idx" ON "task"("to_model", "session_pk");
CREATE INDEX "task_by_model_session_pk_idx" ON "task"("by_model", "session_pk");
