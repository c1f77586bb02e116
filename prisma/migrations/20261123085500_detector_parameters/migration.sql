-- CreateTable
CREATE TABLE "parameter_set" (
    "version" INTEGER NOT NULL,
    "parameters" JSON NOT NULL,
    "kept_at" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "parameter_set_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "parameter_trial" (
    "id" INTEGER NOT NULL,
    "parameters" JSON NOT NULL,
    "against" INTEGER NOT NULL,
    "begun_at" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "parameter_trial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "parameter_trial_session" (
    "trial_id" INTEGER NOT NULL,
    "session_pk" BIGINT NOT NULL,
    "head" INTEGER NOT NULL,
    "result" JSON NOT NULL,

    CONSTRAINT "parameter_trial_session_pkey" PRIMARY KEY ("trial_id","session_pk")
);
