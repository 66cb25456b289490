import type { Knex } from 'knex';

/**
 * Tenants, keys, the outbox, endpoints, deliveries and attempts.
 *
 * events, deliveries and attempts are partitioned by day through their UUIDv7, whose first 48 bits are the
 * millisecond of the event's commit: a delivery id and an event id carry the same millisecond, so one bound fits all
 * three tables, an id alone tells its partition, and (event, endpoint) stays unique over all partitions together.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(TENANTS_AND_KEYS);
  await knex.raw(CUSTOMERS_AND_APPOINTMENTS);
  await knex.raw(EVENTS_AND_OUTBOX);
  await knex.raw(ENDPOINTS);
  await knex.raw(DELIVERIES_AND_ATTEMPTS);
  await knex.raw(PARTITIONS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE attempts, deliveries, webhook_endpoints, outbox, event_idempotency_keys, events,
      appointments, customers, api_keys, tenants, plans CASCADE;
    DROP FUNCTION ensure_day_partitions(date, int);
    DROP FUNCTION first_uuid_of(timestamptz);
    DROP FUNCTION delivery_id_for(uuid);
    DROP FUNCTION event_patterns(text);
  `);
}

const TENANTS_AND_KEYS = `
  CREATE TABLE plans (
    id text PRIMARY KEY,
    name text NOT NULL,
    rank int NOT NULL UNIQUE,
    requests_per_minute int NOT NULL CHECK (requests_per_minute > 0),
    requests_per_day int NOT NULL CHECK (requests_per_day > 0),
    entitlements text[] NOT NULL DEFAULT '{}'
  );
  INSERT INTO plans (id, name, rank, requests_per_minute, requests_per_day, entitlements) VALUES
    ('starter', 'Starter', 1, 30, 5000, '{public_api,webhooks}'),
    ('pro', 'Pro', 2, 100, 20000, '{public_api,webhooks}'),
    ('enterprise', 'Enterprise', 3, 500, 100000, '{public_api,webhooks}');

  CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    plan_id text NOT NULL REFERENCES plans (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    name text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    prefix text NOT NULL,
    last4 text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id, created_at);
`;

const CUSTOMERS_AND_APPOINTMENTS = `
  CREATE TABLE customers (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    name text NOT NULL,
    phone text,
    email text,
    notes text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    -- Lets an appointment point to a customer of its own tenant and mode only, by constraint.
    UNIQUE (tenant_id, mode, id)
  );

  CREATE TABLE appointments (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    customer_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('booked', 'confirmed', 'completed', 'no_show', 'cancelled')),
    starts_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    notes text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK (ends_at > starts_at),
    FOREIGN KEY (tenant_id, mode, customer_id) REFERENCES customers (tenant_id, mode, id)
  );
  CREATE INDEX appointments_by_tenant ON appointments (tenant_id, mode, created_at, id);
`;

const EVENTS_AND_OUTBOX = `
  -- data is text, not jsonb: what was serialised once is what is signed and sent (invariant 6).
  CREATE TABLE events (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    mode text NOT NULL,
    type text NOT NULL,
    data text NOT NULL,
    request_id text,
    created_at timestamptz(3) NOT NULL
  ) PARTITION BY RANGE (id);
  CREATE INDEX events_by_tenant ON events (tenant_id, mode, id);
  CREATE INDEX events_by_type ON events (tenant_id, mode, type, id);

  -- The events not yet fanned out. A row of its own, deleted by the fan-out, costs less than updating the event.
  CREATE TABLE outbox (
    event_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    mode text NOT NULL,
    type text NOT NULL,
    request_id text,
    committed_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE event_idempotency_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    event_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
  );
  CREATE INDEX event_idempotency_keys_by_age ON event_idempotency_keys (created_at);
`;

const ENDPOINTS = `
  CREATE TABLE webhook_endpoints (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    url text NOT NULL,
    description text NOT NULL DEFAULT '',
    event_types text[] NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    -- Custom headers may hold the receiver's credentials, so they are encrypted like the secret.
    headers_sealed bytea,
    secret_sealed bytea NOT NULL,
    max_attempts int CHECK (max_attempts BETWEEN 1 AND 20),
    timeout_ms int CHECK (timeout_ms BETWEEN 1000 AND 30000),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    -- A deleted endpoint stays as a row so that the log of its deliveries still says where they went.
    deleted_at timestamptz(3)
  );
  CREATE INDEX webhook_endpoints_by_tenant ON webhook_endpoints (tenant_id, mode, created_at, id) WHERE deleted_at IS NULL;
`;

const DELIVERIES_AND_ATTEMPTS = `
  CREATE TABLE deliveries (
    event_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    mode text NOT NULL,
    event_type text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'dead', 'cancelled')),
    cancel_reason text,
    attempt_count int NOT NULL DEFAULT 0,
    -- Set while and only while an attempt is owed (invariant 4).
    next_attempt_at timestamptz(3) DEFAULT now(),
    last_status_code int,
    last_error_code text,
    last_error_message text,
    request_id text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    completed_at timestamptz(3),
    -- One delivery per (event, endpoint), over all partitions, because the event's id alone decides the partition (invariant 2).
    PRIMARY KEY (event_id, endpoint_id),
    CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL))
  ) PARTITION BY RANGE (event_id);
  CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id, event_id);
  CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'pending';
  CREATE INDEX deliveries_by_tenant ON deliveries (tenant_id, mode, id);
  CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, id);

  CREATE TABLE attempts (
    delivery_id uuid NOT NULL,
    number int NOT NULL,
    tenant_id uuid NOT NULL,
    started_at timestamptz(3) NOT NULL,
    duration_ms int NOT NULL,
    status_code int,
    error_code text,
    error_message text,
    request_headers text NOT NULL,
    response_headers text,
    response_body text,
    PRIMARY KEY (delivery_id, number)
  ) PARTITION BY RANGE (delivery_id);
`;

const PARTITIONS = `
  -- The least UUID of a millisecond: what UUIDv7s of that time and later are not below.
  CREATE FUNCTION first_uuid_of(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
  $$;

  -- A UUIDv7 with the event's millisecond, so that a delivery stands in the same day's partition as its event.
  CREATE FUNCTION delivery_id_for(event_id uuid) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT overlay(overlay(gen_random_uuid()::text PLACING left(event_id::text, 13) FROM 1) PLACING '7' FROM 15)::uuid
  $$;

  -- The subscription patterns an event name matches: 'a.b.c' gives a.b.c, a.b.*, a.*, *.
  CREATE FUNCTION event_patterns(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[name, '*'] || ARRAY(
      SELECT array_to_string((string_to_array(name, '.'))[1:n], '.') || '.*'
      FROM generate_series(1, array_length(string_to_array(name, '.'), 1) - 1) AS n)
  $$;

  -- Makes the day partitions that are missing and says how many it made. A day whose rows already went to the
  -- default partition cannot be made while they are there; it is left, and the rows stay readable where they are.
  CREATE FUNCTION ensure_day_partitions(first_day date, days int) RETURNS int LANGUAGE plpgsql AS $$
  DECLARE
    day date;
    parent text;
    made int := 0;
  BEGIN
    FOR offset_days IN 0 .. days - 1 LOOP
      day := first_day + offset_days;
      FOREACH parent IN ARRAY ARRAY['events', 'deliveries', 'attempts'] LOOP
        IF to_regclass(format('%I', parent || '_' || to_char(day, 'YYYYMMDD'))) IS NULL THEN
          BEGIN
            EXECUTE format(
              'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
              parent || '_' || to_char(day, 'YYYYMMDD'), parent,
              first_uuid_of(day::timestamp AT TIME ZONE 'UTC'), first_uuid_of((day + 1)::timestamp AT TIME ZONE 'UTC'));
            made := made + 1;
          EXCEPTION WHEN check_violation OR duplicate_table THEN
            RAISE WARNING 'partition of % for % not made: %', parent, day, SQLERRM;
          END;
        END IF;
      END LOOP;
    END LOOP;
    RETURN made;
  END $$;

  -- Where a partition is missing, rows go here: an alarm (metric), never a lost event.
  CREATE TABLE events_default PARTITION OF events DEFAULT;
  CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT;
  CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;
  SELECT ensure_day_partitions(((now() AT TIME ZONE 'UTC')::date - 1), 4);
`;
