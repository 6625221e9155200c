import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distributeSql, readSchema, type Schema, violationsOf } from '../src/citus.ts';
import { freshDatabase, type TestDatabase } from '../src/testing.ts';

const script = new URL('../../docs/operations/citus/distribute.sql', import.meta.url).pathname;

/**
 * What breaks a rule of Citus today, and why it does. The list can only become shorter: whatever is new keeps to the rules,
 * and what is mended is taken out here.
 */
const exceptions: Record<string, string> = {};
const because = (why: string, ...rules: string[]): void => {
  for (const rule of rules) exceptions[rule] = why;
};

because(
  'an environment names its policy change, and each change its environment: a circle through a reference table',
  'environments_id_policy_change_id_fkey: from the reference table environments to the distributed policy_changes',
);
because(
  'who signs in is asked before it is known where: what members have for that is kept without an environment',
  'member_invitations_member_id_fkey: from the local table member_invitations to the distributed members',
  'member_passkeys_member_id_fkey: from the local table member_passkeys to the distributed members',
  'member_sessions_member_id_fkey: from the local table member_sessions to the distributed members',
);
because(
  'a secret says by itself where it belongs: it is looked up without its environment, and no two are alike by chance',
  'agreements_secret_hash_key: agreements (secret_hash) without environment_id',
  'checkout_sessions_secret_hash_key: checkout_sessions (secret_hash) without environment_id',
  'dispute_evidence_stored_as_key: dispute_evidence (stored_as) without environment_id',
  'merchants_publishable_key_key: merchants (publishable_key) without environment_id',
  'shopper_sessions_token_hash_key: shopper_sessions (token_hash) without environment_id',
);
because(
  'ids are unique everywhere: whoever has a key of a merchant, funder or member is known by their id before the environment is',
  'funder_keys_pkey: funder_keys (funder_id, kid) without environment_id',
  'idempotency_keys_pkey: idempotency_keys (merchant_id, key) without environment_id',
  'key_sources_pkey: key_sources (merchant_id) without environment_id',
  'members_pkey: members (id) without environment_id',
  'merchant_keys_pkey: merchant_keys (merchant_id, kid) without environment_id',
  'merchants_id_key: merchants (id) without environment_id',
  'signature_nonces_pkey: signature_nonces (owner_id, kid, nonce) without environment_id',
);
because(
  'guards what is written against mistakes of our own, for whole statements or on a reference table',
  'trigger environments_policy: the reference table environments',
  'trigger ledger_no_truncate: whole statements on the distributed table ledger_transfers',
  'trigger member_audit_kept: whole statements on the distributed table member_audit',
  'trigger settlement_lines_owner_of_new: whole statements on the distributed table settlement_lines',
  'trigger settlement_lines_owner_of_taken: whole statements on the distributed table settlement_lines',
);
because(
  'notes once for a statement what readers behind it wait for',
  'trigger event_streams_begun: whole statements on the distributed table event_streams',
  'trigger event_streams_moved: whole statements on the distributed table event_streams',
  'trigger ledger_takes_xid: whole statements on the distributed table ledger_transfers',
);

let database: TestDatabase;
let schema: Schema;
beforeAll(async () => {
  database = await freshDatabase();
  schema = await readSchema(database.db);
});
afterAll(() => database.drop());

const rulesBroken = (of: Schema): string[] => violationsOf(of).map(({ rule }) => rule);

describe('the rules of Citus', () => {
  it('are kept by the schema but for what is listed here, and all of that is still so', () => {
    expect(rulesBroken(schema).toSorted()).toEqual(Object.keys(exceptions).toSorted());
  });

  it('are kept by nearly all tables: what is read and written with an order is distributed', () => {
    const kindOf = (name: string) => schema.tables.find((table) => table.name === name)?.kind;
    for (const name of ['orders', 'plans', 'ledger_transfers', 'events', 'idempotency_keys', 'deliveries'])
      expect(kindOf(name), name).toBe('distributed');
    expect(kindOf('environments')).toBe('reference');
    expect(kindOf('operator_sessions')).toBe('local');
  });

  it.each([
    ['create table a (id text primary key, environment_id text not null)', 'a_pkey: a (id) without'],
    [
      `create table a (environment_id text not null, id text, primary key (environment_id, id));
       create unique index a_b on a (id) where id <> ''`,
      'a_b: a (id) without',
    ],
    [
      `create table a (environment_id text not null, id text, primary key (environment_id, id),
         other text, foreign key (other, id) references orders (environment_id, id))`,
      'a and orders are not joined by environment_id',
    ],
    [
      `create table a (environment_id text not null, id text, primary key (environment_id, id),
         foreign key (environment_id, id) references orders (environment_id, id) on delete set null)`,
      'sets environment_id of a',
    ],
    [
      `create table b (id text primary key, environment_id text, order_id text,
         foreign key (environment_id, order_id) references orders (environment_id, id))`,
      'from the local table b to the distributed orders',
    ],
    [
      `create table a (environment_id text not null, id serial, primary key (environment_id, id))`,
      'a has a sequence that is smaller than bigint',
    ],
    [`create table a (environment_id text not null)`, 'a has no primary key'],
    [
      `create table a (environment_id text not null, id text, primary key (environment_id, id));
       create function f() returns trigger language plpgsql as 'begin return null; end';
       create trigger t after insert on a for each statement execute function f()`,
      'trigger t: whole statements on the distributed table a',
    ],
    [
      `create table a (environment_id text not null, id text, primary key (environment_id, id)) partition by range (id);
       create table a_1 partition of a default partition by range (environment_id)`,
      'a has partitions below partitions',
    ],
  ])('find: %s', async (sql, rule) => {
    const tx = await database.db.transaction();
    try {
      await tx.raw(sql);
      const broken = rulesBroken(await readSchema(tx)).filter((one) => exceptions[one] === undefined);
      expect(broken.join('\n')).toContain(rule);
    } finally {
      await tx.rollback();
    }
  });
});

describe('distribute.sql', () => {
  it('is what the catalog asks for (vitest -u writes it anew)', async () => {
    await expect(distributeSql(schema)).toMatchFileSnapshot(script);
  });

  it('mends what it says, names each table once, and refers to nothing before it is distributed', async () => {
    const tx = await database.db.transaction();
    try {
      // Citus itself is not needed to see that its functions are called for what can be distributed.
      await tx.raw(`create table told (place bigint generated always as identity, name text, kind text);
        create function create_reference_table(name text) returns void language sql
          as 'insert into told (name, kind) values (name, ''reference'')';
        create function create_distributed_table(name text, key text, colocate_with text) returns void language sql
          as 'insert into told (name, kind) values (name, ''distributed'')'`);
      const sql = distributeSql(schema)
        .replaceAll(/^\\set .*$/gm, '')
        .replace('create extension if not exists citus;', '');
      await tx.raw(sql);
      const told = await tx<{ name: string; kind: string }>('told').orderBy('place').select('name', 'kind');
      await tx.raw('drop table told');
      const mended = await readSchema(tx);
      expect(rulesBroken(mended)).toEqual([]);
      expect(told.map(({ name }) => name).toSorted()).toEqual(
        mended.tables.filter(({ kind }) => kind !== 'local').map(({ name }) => name),
      );
      // At each moment a table refers only to what has been distributed before, as Citus wants it.
      const lines = sql.split('\n');
      const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text));
      for (const { table, to, name } of mended.foreignKeys) {
        const referring = lineOf(`create_distributed_table('${table}'`);
        if (referring === -1 || table === to) continue;
        const dropped = lineOf(`alter table ${table} drop constraint ${name};`);
        const made = dropped === -1 ? referring : lineOf(`alter table ${table} add constraint ${name} `);
        expect(made, name).toBeGreaterThan(lineOf(`_table('${to}'`));
      }
      expect(mended.foreignKeys).toHaveLength(schema.foreignKeys.length - 4);
    } finally {
      await tx.rollback();
    }
  });
});
