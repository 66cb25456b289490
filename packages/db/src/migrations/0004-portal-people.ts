import type { Knex } from 'knex';

/** Who may open the portal: people and their roles, invitations, one-time links, and the sessions that come of them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(PEOPLE);
  await knex.raw(PORTAL_LINKS);
  await knex.raw(SESSIONS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE portal_sessions, portal_links, invitations, memberships, users');
}

const PEOPLE = `
  CREATE TABLE users (
    id uuid PRIMARY KEY,
    -- Lower case, so that one person is one row however they write it.
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL,
    -- argon2id in PHC form, with its parameters.
    password_hash text NOT NULL,
    -- Enters every tenant: the platform's own people.
    is_super_admin boolean NOT NULL DEFAULT false,
    last_sign_in_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );

  CREATE TABLE memberships (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    user_id uuid NOT NULL REFERENCES users (id),
    role text NOT NULL CHECK (role IN ('viewer', 'developer', 'admin', 'owner')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
  );
  CREATE INDEX memberships_by_user ON memberships (user_id);

  CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    email text NOT NULL CHECK (email = lower(email)),
    role text NOT NULL CHECK (role IN ('viewer', 'developer', 'admin', 'owner')),
    -- SHA-256. The token itself is in the link and nowhere else.
    token_hash bytea NOT NULL UNIQUE,
    invited_by uuid REFERENCES users (id),
    expires_at timestamptz(3) NOT NULL,
    accepted_at timestamptz(3),
    withdrawn_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  -- One that is open for a person in a tenant; a further one takes its place.
  CREATE UNIQUE INDEX invitations_open ON invitations (tenant_id, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
`;

const PORTAL_LINKS = `
  CREATE TABLE portal_links (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    abilities text[] NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    open_until timestamptz(3) NOT NULL,
    opened_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE INDEX portal_links_by_tenant ON portal_links (tenant_id, open_until);
`;

const SESSIONS = `
  CREATE TABLE portal_sessions (
    id uuid PRIMARY KEY,
    user_id uuid REFERENCES users (id),
    portal_link_id uuid REFERENCES portal_links (id),
    refresh_hash bytea NOT NULL,
    -- The token before it: two tabs that refresh in one moment both present it.
    previous_refresh_hash bytea,
    rotated_at timestamptz(3),
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    revoked_reason text CHECK (revoked_reason IN ('signed_out', 'token_reused', 'password_changed')),
    ip text,
    user_agent text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK ((user_id IS NULL) <> (portal_link_id IS NULL)),
    CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
  );
  CREATE INDEX portal_sessions_by_user ON portal_sessions (user_id) WHERE user_id IS NOT NULL;
  CREATE INDEX portal_sessions_by_link ON portal_sessions (portal_link_id) WHERE portal_link_id IS NOT NULL;
`;
