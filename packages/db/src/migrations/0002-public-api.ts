import type { Knex } from 'knex';

/** Staff, services, calls, bookable time, idempotency of POSTs, rate limits, and the signal that settings changed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(SERVICES_AND_STAFF);
  await knex.raw(BOOKABLE_TIME);
  await knex.raw(CALLS);
  await knex.raw(CUSTOMERS);
  await knex.raw(IDEMPOTENCY_AND_LIMITS);
  await knex.raw(SETTINGS_SIGNAL);
  await knex.raw(EVENT_ALIASES);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER api_keys_changed ON api_keys;
    DROP TRIGGER tenants_changed ON tenants;
    DROP TRIGGER plans_changed ON plans;
    DROP FUNCTION announce_settings_change();
    DROP FUNCTION event_alias(text);
    DROP TABLE rate_limits, idempotency_keys, calls CASCADE;
    DROP INDEX customers_by_tenant, customers_by_phone, customers_by_email;
    DROP INDEX appointments_by_start, appointments_by_customer, appointments_by_staff, appointments_by_service, appointments_by_status;
    ALTER TABLE appointments
      DROP CONSTRAINT appointments_no_double_booking, DROP COLUMN staff_id, DROP COLUMN service_id, DROP COLUMN busy_until;
    DROP TABLE time_off, staff_services, staff, services CASCADE;
    -- Refused, and so the whole step, where something else has come to depend on it.
    DROP EXTENSION btree_gist;
  `);
}

const SERVICES_AND_STAFF = `
  CREATE TABLE services (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    name text NOT NULL,
    description text,
    duration_minutes int NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    -- Time kept free after an appointment: cleaning up, driving on.
    buffer_minutes int NOT NULL DEFAULT 0 CHECK (buffer_minutes BETWEEN 0 AND 480),
    -- In the currency's minor unit: cents have no rounding.
    price_amount int NOT NULL DEFAULT 0 CHECK (price_amount >= 0),
    currency text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, mode, id)
  );
  CREATE INDEX services_by_tenant ON services (tenant_id, mode, created_at, id);

  CREATE TABLE staff (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    name text NOT NULL,
    email text,
    phone text,
    timezone text NOT NULL,
    -- [{ "weekday": 1-7 from Monday, "from": "09:00", "to": "17:00" }], in the staff member's own time zone.
    working_hours json NOT NULL DEFAULT '[]',
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, mode, id)
  );
  CREATE INDEX staff_by_tenant ON staff (tenant_id, mode, created_at, id);

  CREATE TABLE staff_services (
    tenant_id uuid NOT NULL,
    mode text NOT NULL,
    staff_id uuid NOT NULL,
    service_id uuid NOT NULL,
    PRIMARY KEY (staff_id, service_id),
    FOREIGN KEY (tenant_id, mode, staff_id) REFERENCES staff (tenant_id, mode, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, mode, service_id) REFERENCES services (tenant_id, mode, id) ON DELETE CASCADE
  );
  CREATE INDEX staff_services_by_service ON staff_services (service_id, staff_id);

  CREATE TABLE time_off (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    mode text NOT NULL,
    staff_id uuid NOT NULL,
    starts_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    reason text,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK (ends_at > starts_at),
    FOREIGN KEY (tenant_id, mode, staff_id) REFERENCES staff (tenant_id, mode, id) ON DELETE CASCADE
  );
  CREATE INDEX time_off_by_staff ON time_off (staff_id, ends_at);
`;

const BOOKABLE_TIME = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;

  ALTER TABLE appointments
    ADD COLUMN staff_id uuid,
    ADD COLUMN service_id uuid,
    -- The end with the service's buffer: until then the staff member takes nobody else.
    ADD COLUMN busy_until timestamptz(3);
  UPDATE appointments SET busy_until = ends_at;
  ALTER TABLE appointments
    ALTER COLUMN busy_until SET NOT NULL,
    ADD CHECK (busy_until >= ends_at),
    ADD FOREIGN KEY (tenant_id, mode, staff_id) REFERENCES staff (tenant_id, mode, id),
    ADD FOREIGN KEY (tenant_id, mode, service_id) REFERENCES services (tenant_id, mode, id),
    -- Double booking is impossible, whatever the code above it does.
    ADD CONSTRAINT appointments_no_double_booking EXCLUDE USING gist (
      staff_id WITH =, tstzrange(starts_at, busy_until) WITH &&
    ) WHERE (staff_id IS NOT NULL AND status IN ('booked', 'confirmed'));

  CREATE INDEX appointments_by_start ON appointments (tenant_id, mode, starts_at, id);
  CREATE INDEX appointments_by_customer ON appointments (customer_id, created_at, id);
  CREATE INDEX appointments_by_staff ON appointments (staff_id, starts_at, id) WHERE staff_id IS NOT NULL;
  CREATE INDEX appointments_by_service ON appointments (service_id, created_at, id) WHERE service_id IS NOT NULL;
  CREATE INDEX appointments_by_status ON appointments (tenant_id, mode, status, created_at, id);
`;

const CALLS = `
  CREATE TABLE calls (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    mode text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    status text NOT NULL CHECK (status IN ('in_progress', 'ended', 'missed')),
    from_number text NOT NULL,
    to_number text NOT NULL,
    customer_id uuid,
    started_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    duration_seconds int CHECK (duration_seconds >= 0),
    sentiment text CHECK (sentiment IN ('positive', 'neutral', 'negative')),
    outcome text,
    recording_url text,
    -- [{ "speaker": "agent" | "caller", "text": "...", "offset_ms": 0 }]
    transcript json NOT NULL DEFAULT '[]',
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK ((status = 'in_progress') = (ended_at IS NULL)),
    FOREIGN KEY (tenant_id, mode, customer_id) REFERENCES customers (tenant_id, mode, id)
  );
  CREATE INDEX calls_by_tenant ON calls (tenant_id, mode, created_at, id);
  CREATE INDEX calls_by_start ON calls (tenant_id, mode, started_at, id);
  CREATE INDEX calls_by_from_number ON calls (tenant_id, mode, from_number, created_at);
  CREATE INDEX calls_by_to_number ON calls (tenant_id, mode, to_number, created_at);
`;

const CUSTOMERS = `
  CREATE INDEX customers_by_tenant ON customers (tenant_id, mode, created_at, id);
  CREATE INDEX customers_by_phone ON customers (tenant_id, mode, phone) WHERE phone IS NOT NULL;
  CREATE INDEX customers_by_email ON customers (tenant_id, mode, lower(email)) WHERE email IS NOT NULL;
`;

const IDEMPOTENCY_AND_LIMITS = `
  -- The stored answer may hold a secret that is shown once, so it is encrypted like one.
  CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL,
    mode text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status int NOT NULL,
    answer_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, mode, route, key)
  );
  CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

  -- The form that rate-limiter-flexible expects. Counters may be lost in a crash; they cost no write-ahead log.
  CREATE UNLOGGED TABLE rate_limits (
    key text PRIMARY KEY,
    points int NOT NULL DEFAULT 0,
    expire bigint
  );
`;

const SETTINGS_SIGNAL = `
  -- Processes keep keys, tenants and plans in memory; this tells them at COMMIT what they must read again.
  -- The payload is a tenant's id, or '*' where every tenant may be concerned.
  CREATE FUNCTION announce_settings_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- As JSON, because PL/pgSQL refuses to name a field that one of the three tables lacks.
    PERFORM pg_notify('settings_changed', CASE TG_TABLE_NAME
      WHEN 'api_keys' THEN to_jsonb(OLD) ->> 'tenant_id'
      WHEN 'tenants' THEN to_jsonb(OLD) ->> 'id'
      ELSE '*' END);
    RETURN NULL;
  END $$;
  -- last_used_at is not among them: it changes every minute and no process keeps it.
  CREATE TRIGGER api_keys_changed AFTER UPDATE OF revoked_at, expires_at, scopes, name OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION announce_settings_change();
  CREATE TRIGGER tenants_changed AFTER UPDATE OR DELETE ON tenants
    FOR EACH ROW EXECUTE FUNCTION announce_settings_change();
  CREATE TRIGGER plans_changed AFTER UPDATE OR DELETE ON plans
    FOR EACH ROW EXECUTE FUNCTION announce_settings_change();
`;

const EVENT_ALIASES = `
  -- The second name of an event, as EVENT_CATALOGUE in packages/shared has it.
  CREATE FUNCTION event_alias(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE name
      WHEN 'appointment.created' THEN 'appointment.booked'
      WHEN 'call.ended' THEN 'call.completed'
      WHEN 'call.missed' THEN 'missed_call'
    END
  $$;
`;
