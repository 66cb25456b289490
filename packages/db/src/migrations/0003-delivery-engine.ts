import type { Knex } from 'knex';

/** What a hostile receiver or a broken machine must not hurt: rules of endpoints, flow, replays, and who did what. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(ENDPOINT_RULES);
  await knex.raw(ENDPOINT_FLOW);
  await knex.raw(DELIVERIES_IN_TURN);
  await knex.raw(REPLAYS);
  await knex.raw(AUDIT_LOG);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE audit_log, replays, endpoint_flow;
    DROP INDEX deliveries_owed, deliveries_in_order, deliveries_dead, deliveries_cancelled, deliveries_by_replay, outbox_in_order;
    ALTER TABLE attempts DROP COLUMN trigger;
    ALTER TABLE deliveries
      DROP COLUMN queued_until, DROP COLUMN position, DROP COLUMN run_trigger, DROP COLUMN attempts_before_run, DROP COLUMN replay_id;
    CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'pending';
    ALTER TABLE outbox DROP COLUMN position;
    DROP SEQUENCE event_positions;
    ALTER TABLE events DROP COLUMN is_test;
    DROP INDEX webhook_endpoints_in_order, webhook_endpoints_failing;
    ALTER TABLE webhook_endpoints
      DROP COLUMN max_in_flight, DROP COLUMN rate_limit_per_second, DROP COLUMN ordering,
      DROP COLUMN previous_secret_sealed, DROP COLUMN previous_secret_expires_at,
      DROP COLUMN disabled_reason, DROP COLUMN disabled_at, DROP COLUMN failing_since;
  `);
}

const ENDPOINT_RULES = `
  ALTER TABLE webhook_endpoints
    ADD COLUMN max_in_flight int CHECK (max_in_flight BETWEEN 1 AND 100),
    ADD COLUMN rate_limit_per_second int CHECK (rate_limit_per_second BETWEEN 1 AND 1000),
    ADD COLUMN ordering text NOT NULL DEFAULT 'none' CHECK (ordering IN ('none', 'fifo')),
    -- Signs beside the present one until the overlap of a rotation ends.
    ADD COLUMN previous_secret_sealed bytea,
    ADD COLUMN previous_secret_expires_at timestamptz(3),
    ADD COLUMN disabled_reason text CHECK (disabled_reason IN ('manual', 'gone', 'failing')),
    ADD COLUMN disabled_at timestamptz(3),
    -- The first failed attempt since the last one that succeeded.
    ADD COLUMN failing_since timestamptz(3),
    ADD CHECK ((previous_secret_sealed IS NULL) = (previous_secret_expires_at IS NULL));
  UPDATE webhook_endpoints SET disabled_reason = 'manual', disabled_at = updated_at WHERE NOT enabled;
  CREATE INDEX webhook_endpoints_in_order ON webhook_endpoints (tenant_id, mode) WHERE ordering = 'fifo' AND deleted_at IS NULL;
  CREATE INDEX webhook_endpoints_failing ON webhook_endpoints (failing_since) WHERE failing_since IS NOT NULL;
`;

const ENDPOINT_FLOW = `
  -- What all workers must know of an endpoint that cannot take its deliveries as they come. No row: nothing holds it up.
  CREATE TABLE endpoint_flow (
    endpoint_id uuid PRIMARY KEY REFERENCES webhook_endpoints (id),
    -- Set while more is due than the endpoint has places for: deliveries then wait in PostgreSQL and are fed a few at a time.
    backlog_since timestamptz(3),
    -- The breaker. Open while paused_until is set; once that has passed, one probe decides.
    paused_until timestamptz(3),
    pause_ms int,
    -- The token bucket of rate_limit_per_second, one for all workers.
    tokens float8,
    refilled_at timestamptz,
    CHECK ((paused_until IS NULL) = (pause_ms IS NULL))
  );
  CREATE INDEX endpoint_flow_paused ON endpoint_flow (paused_until) WHERE paused_until IS NOT NULL;
`;

const DELIVERIES_IN_TURN = `
  ALTER TABLE events ADD COLUMN is_test boolean NOT NULL DEFAULT false;

  -- Numbers in the order of commit, for tenants with an endpoint that wants its events in order; null for all others.
  CREATE SEQUENCE event_positions;
  ALTER TABLE outbox ADD COLUMN position bigint;
  CREATE INDEX outbox_in_order ON outbox (tenant_id, mode, position) WHERE position IS NOT NULL;

  ALTER TABLE deliveries
    -- A job of the next attempt is believed to be in the queue until then.
    ADD COLUMN queued_until timestamptz(3),
    -- Given to the deliveries of a fifo endpoint: the least one that is pending has its turn.
    ADD COLUMN position bigint,
    -- What began the present run: the event itself, a person's replay, or a test.
    ADD COLUMN run_trigger text NOT NULL DEFAULT 'automatic' CHECK (run_trigger IN ('automatic', 'replay', 'test')),
    -- Attempts of earlier runs: the retry budget counts from here, attempt numbers go on rising.
    ADD COLUMN attempts_before_run int NOT NULL DEFAULT 0,
    ADD COLUMN replay_id uuid;
  ALTER TABLE attempts
    ADD COLUMN trigger text NOT NULL DEFAULT 'automatic' CHECK (trigger IN ('automatic', 'replay', 'test'));

  -- By endpoint first: each endpoint's due deliveries can be read without passing over another's million. Those with a
  -- position are taken one by one in its order and stand in an index of their own, for the same reason.
  DROP INDEX deliveries_due;
  CREATE INDEX deliveries_owed ON deliveries (endpoint_id, next_attempt_at) WHERE status = 'pending' AND position IS NULL;
  CREATE INDEX deliveries_in_order ON deliveries (endpoint_id, position, event_id) WHERE status = 'pending' AND position IS NOT NULL;
  CREATE INDEX deliveries_dead ON deliveries (tenant_id, mode, id) WHERE status = 'dead';
  CREATE INDEX deliveries_cancelled ON deliveries (tenant_id, mode, id) WHERE status = 'cancelled';
  -- With all that a replay's result is counted from.
  CREATE INDEX deliveries_by_replay ON deliveries (replay_id, tenant_id, status) WHERE replay_id IS NOT NULL;
`;

const REPLAYS = `
  -- A replay of many deliveries: what was asked for, and how far it is. The worker goes on where cursor_id stands.
  CREATE TABLE replays (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'cancelled')),
    endpoint_id uuid,
    statuses text[] NOT NULL,
    event_type text,
    since timestamptz(3),
    until timestamptz(3) NOT NULL,
    -- Deliveries that fitted when it was asked for; replayed + skipped once it is completed.
    matched int NOT NULL,
    replayed int NOT NULL DEFAULT 0,
    skipped int NOT NULL DEFAULT 0,
    cursor_id uuid,
    -- Deliveries passed over in this pass because their endpoint was held up; a further pass comes back for them.
    left_behind int NOT NULL DEFAULT 0,
    -- When it has its next turn, over all workers: what keeps it to its rate.
    next_batch_at timestamptz(3) NOT NULL DEFAULT now(),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    completed_at timestamptz(3)
  );
  CREATE INDEX replays_running ON replays (next_batch_at) WHERE status = 'running';
  CREATE INDEX replays_by_tenant ON replays (tenant_id, mode, id);
`;

const AUDIT_LOG = `
  CREATE TABLE audit_log (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text,
    occurred_at timestamptz(3) NOT NULL DEFAULT now(),
    actor_kind text NOT NULL CHECK (actor_kind IN ('api_key', 'platform', 'user', 'system')),
    actor_id uuid,
    -- resource.past_tense, as events are named.
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id uuid,
    -- What changed, without secrets.
    before json,
    after json,
    ip text,
    request_id text
  );
  CREATE INDEX audit_log_by_tenant ON audit_log (tenant_id, id);
`;
