/** What the agents of the sample write about the database. Their own words, not anybody's project. */

/** What the schema writer would have written, had it been let; the master cuts it off in the first table. */
export const SCHEMA_BY_WRITER = `-- Who may sign in, and what they have written.
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email citext NOT NULL UNIQUE,
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 80),
  password_hash text NOT NULL,
  joined_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE posts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  author_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title text NOT NULL,
  body text NOT NULL,
  published_at timestamptz
);
`

export const SCHEMA_BY_LEAD = `CREATE EXTENSION IF NOT EXISTS pgcrypto;

CREATE TYPE visibility AS ENUM ('draft', 'unlisted', 'public');

CREATE TABLE IF NOT EXISTS app_user (
  user_no bigint GENERATED ALWAYS AS IDENTITY,
  login varchar(64) NOT NULL,
  secret bytea NOT NULL,
  registered timestamp with time zone DEFAULT current_timestamp,
  CONSTRAINT app_user_pk PRIMARY KEY (user_no),
  CONSTRAINT app_user_login_once UNIQUE (login)
);

CREATE TABLE IF NOT EXISTS app_post (
  post_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  writer bigint NOT NULL REFERENCES app_user (user_no),
  headline varchar(200) NOT NULL,
  content text NOT NULL DEFAULT '',
  shown visibility NOT NULL DEFAULT 'draft',
  changed timestamp with time zone DEFAULT current_timestamp
);

CREATE TABLE IF NOT EXISTS app_comment (
  comment_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  post_no bigint NOT NULL REFERENCES app_post (post_no) ON DELETE CASCADE,
  writer bigint NOT NULL REFERENCES app_user (user_no),
  content text NOT NULL
);
`

/** Added by the schema writer at its second try, and left alone. */
export const SCHEMA_INDEXES = `
CREATE INDEX app_post_by_writer ON app_post (writer, changed DESC);
CREATE INDEX app_post_public ON app_post (changed DESC) WHERE shown = 'public';
CREATE INDEX app_comment_by_post ON app_comment (post_no, comment_no);
`

export const SEED = `import { readFile } from 'node:fs/promises'
import type { Pool } from 'pg'

interface SeedPerson { login: string, posts: string[] }

export async function seed(pool: Pool, file: string): Promise<number> {
  const people = JSON.parse(await readFile(file, 'utf8')) as SeedPerson[]
  let rows = 0
  for (const person of people) {
    const added = await pool.query('INSERT INTO app_user (login, secret) VALUES ($1, $2) RETURNING user_no', [person.login, Buffer.alloc(32)])
    const writer = added.rows[0].user_no
    for (const headline of person.posts) {
      await pool.query('INSERT INTO app_post (writer, headline, shown) VALUES ($1, $2, $3)', [writer, headline, 'public'])
      rows += 1
    }
  }
  return rows
}

export async function emptyAll(pool: Pool): Promise<void> {
  await pool.query('TRUNCATE app_comment, app_post, app_user RESTART IDENTITY')
}
`

/** The same tokens, laid out otherwise. */
export const SEED_FORMATTED = SEED.replace(
  'interface SeedPerson { login: string, posts: string[] }',
  'interface SeedPerson {\n  login: string,\n  posts: string[]\n}',
)
  .replaceAll(/^( +)/gm, (indent) => indent + indent)
  .replaceAll(', [', ',\n      [')
