import type { Knex } from 'knex';

/** What the portal shows and proves: the audit log's chain, keys that are hidden for good, replays by error. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(AUDIT_CHAIN);
  await knex.raw(CHAIN_WHAT_IS_THERE);
  await knex.raw(APPEND_ONLY);
  await knex.raw(KEYS_AND_REPLAYS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE replays DROP COLUMN error_code;
    ALTER TABLE api_keys DROP COLUMN deleted_at;
    DROP TRIGGER audit_log_append_only ON audit_log;
    DROP TRIGGER audit_log_not_emptied ON audit_log;
    DROP TRIGGER audit_log_chained ON audit_log;
    DROP FUNCTION refuse_audit_change();
    DROP FUNCTION chain_audit_entry();
    ALTER TABLE audit_log
      DROP COLUMN sequence, DROP COLUMN previous_hash, DROP COLUMN hash, DROP CONSTRAINT audit_log_actor_kind_check,
      -- Entries that the newer version wrote may stay.
      ADD CONSTRAINT audit_log_actor_kind_check CHECK (actor_kind IN ('api_key', 'platform', 'user', 'system')) NOT VALID;
    DROP TABLE audit_heads;
    DROP FUNCTION audit_entry_hash(bytea, bigint, text);
    DROP FUNCTION audit_entry_content(uuid, uuid, text, timestamptz, text, uuid, text, text, uuid, text, text, text, text);
  `);
}

const AUDIT_CHAIN = `
  -- All fields of an entry as one text that no two different entries share: each as <bytes>:<text>, or - where it is
  -- null. audit-hash.ts makes the same text without the database's help; a change here is a change there.
  CREATE FUNCTION audit_entry_content(
    id uuid, tenant_id uuid, mode text, occurred_at timestamptz, actor_kind text, actor_id uuid, action text,
    target_kind text, target_id uuid, before text, after text, ip text, request_id text
  ) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(coalesce(octet_length(field) || ':' || field, '-'), ',' ORDER BY nth)
    FROM unnest(ARRAY[
      id::text, tenant_id::text, mode, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      actor_kind, actor_id::text, action, target_kind, target_id::text, before, after, ip, request_id
    ]) WITH ORDINALITY AS fields (field, nth)
  $$;

  CREATE FUNCTION audit_entry_hash(previous_hash bytea, sequence bigint, content text) RETURNS bytea
  LANGUAGE sql IMMUTABLE AS $$ SELECT sha256(previous_hash || int8send(sequence) || convert_to(content, 'UTF8')) $$;

  -- The last entry of each tenant's chain. Its row is locked by whoever appends, until the COMMIT.
  CREATE TABLE audit_heads (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id),
    sequence bigint NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
  );

  ALTER TABLE audit_log
    ADD COLUMN sequence bigint,
    ADD COLUMN previous_hash bytea,
    ADD COLUMN hash bytea,
    DROP CONSTRAINT audit_log_actor_kind_check,
    ADD CONSTRAINT audit_log_actor_kind_check
      CHECK (actor_kind IN ('api_key', 'platform', 'user', 'portal_link', 'system'));
`;

const CHAIN_WHAT_IS_THERE = `
  DO $$
  DECLARE
    entry audit_log;
    head audit_heads;
  BEGIN
    FOR entry IN SELECT * FROM audit_log ORDER BY tenant_id, id LOOP
      IF head.tenant_id IS DISTINCT FROM entry.tenant_id THEN
        head := ROW(entry.tenant_id, 0, NULL, decode(repeat('00', 32), 'hex'));
      END IF;
      head.sequence := head.sequence + 1;
      head.previous_hash := head.hash;
      head.hash := audit_entry_hash(head.previous_hash, head.sequence, audit_entry_content(
        entry.id, entry.tenant_id, entry.mode, entry.occurred_at, entry.actor_kind, entry.actor_id, entry.action,
        entry.target_kind, entry.target_id, entry.before::text, entry.after::text, entry.ip, entry.request_id));
      UPDATE audit_log SET sequence = head.sequence, previous_hash = head.previous_hash, hash = head.hash
      WHERE id = entry.id;
    END LOOP;
  END $$;
  INSERT INTO audit_heads (tenant_id, sequence, previous_hash, hash)
  SELECT DISTINCT ON (tenant_id) tenant_id, sequence, previous_hash, hash
  FROM audit_log ORDER BY tenant_id, sequence DESC;
  ALTER TABLE audit_log
    ALTER COLUMN sequence SET NOT NULL, ALTER COLUMN previous_hash SET NOT NULL, ALTER COLUMN hash SET NOT NULL;
  CREATE UNIQUE INDEX audit_log_in_order ON audit_log (tenant_id, sequence);
`;

const APPEND_ONLY = `
  -- Here and not in the code that writes: no entry stands outside of the chain, also while a version that knows nothing
  -- of it is still running.
  CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    content text := audit_entry_content(
      NEW.id, NEW.tenant_id, NEW.mode, NEW.occurred_at, NEW.actor_kind, NEW.actor_id, NEW.action,
      NEW.target_kind, NEW.target_id, NEW.before::text, NEW.after::text, NEW.ip, NEW.request_id);
    genesis bytea := decode(repeat('00', 32), 'hex');
  BEGIN
    INSERT INTO audit_heads AS h (tenant_id, sequence, previous_hash, hash)
    VALUES (NEW.tenant_id, 1, genesis, audit_entry_hash(genesis, 1, content))
    ON CONFLICT (tenant_id) DO UPDATE SET
      sequence = h.sequence + 1,
      previous_hash = h.hash,
      hash = audit_entry_hash(h.hash, h.sequence + 1, content)
    RETURNING h.sequence, h.previous_hash, h.hash INTO NEW.sequence, NEW.previous_hash, NEW.hash;
    RETURN NEW;
  END $$;
  CREATE TRIGGER audit_log_chained BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();

  -- Against mistakes and against whoever has no more than the product's own rights on rows. Who may alter the table can
  -- take the trigger away; the chain then shows what they did.
  CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'audit_log is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END $$;
  CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
  CREATE TRIGGER audit_log_not_emptied BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
`;

const KEYS_AND_REPLAYS = `
  -- A deleted key is out of sight for good. Its row stays: the audit log's entries tell who it was.
  ALTER TABLE api_keys
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT api_keys_deleted_is_revoked CHECK (deleted_at IS NULL OR revoked_at IS NOT NULL);

  -- Only what failed last with this error is replayed.
  ALTER TABLE replays ADD COLUMN error_code text;
`;
