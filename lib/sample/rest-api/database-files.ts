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

export const SCHEMA_BY_LEAD = `create extension if not exists pgcrypto;

create type visibility as enum ('draft', 'unlisted', 'public');

create table app_user (
  user_no bigint generated always as identity,
  login varchar(64) not null,
  secret bytea not null,
  registered timestamp with time zone default current_timestamp,
  constraint app_user_pk primary key (user_no),
  constraint app_user_login_once unique (login)
);

create table app_post (
  post_no bigint generated always as identity primary key,
  writer bigint not null references app_user (user_no),
  headline varchar(200) not null,
  content text not null default '',
  shown visibility not null default 'draft',
  changed timestamp with time zone default current_timestamp
);

create table app_comment (
  comment_no bigint generated always as identity primary key,
  post_no bigint not null references app_post (post_no) on delete cascade,
  writer bigint not null references app_user (user_no),
  content text not null
);
`

/** Added by the schema writer at its second try, and left alone. */
export const SCHEMA_INDEXES = `
create index app_post_by_writer on app_post (writer, changed desc);
create index app_post_public on app_post (changed desc) where shown = 'public';
create index app_comment_by_post on app_comment (post_no, comment_no);
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
