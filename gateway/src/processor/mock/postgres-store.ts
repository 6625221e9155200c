import type { Knex } from '@morrow/db';
import { takeFault } from '../../faults/faults.ts';
import type { CalendarDate } from '../../lib/dates.ts';
import { findMockDebit, saveMockDebit } from './debits-store.ts';
import type { Fields, Kind, Objects, Remembered, Store } from './store.ts';

type ObjectRow = { kind: Kind; id: string; object: Objects[Kind] };
type RequestRow = { key: string; fingerprint: string; status: number | null; body: unknown; lost: boolean };

/** What can go wrong with a payment; of several, the one that was asked for first. */
const paymentFaults = [
  'card_expires',
  'card_declines',
  'processor_timeout',
  'processor_late_answer',
] as const;

/** The mock's memory in PostgreSQL, where other processes share it and a restart keeps it. */
export function postgresStore(sql: Knex.Transaction): Store {
  const objects = () => sql<ObjectRow>('objects').withSchema('mock_processor');
  const requests = () => sql<RequestRow>('requests').withSchema('mock_processor');
  return {
    async find<K extends Kind>(kind: K, id: string): Promise<Objects[K] | undefined> {
      const row = await objects().where({ kind, id }).forUpdate().first('object');
      return row?.object as Objects[K] | undefined;
    },
    async list<K extends Kind>(kind: K, fields: Fields): Promise<Objects[K][]> {
      const rows = await objects()
        .where({ kind })
        .whereRaw('object @> ?::jsonb', [JSON.stringify(fields)])
        .orderBy('number' as never, 'desc')
        .select('object');
      return rows.map(({ object }) => object as Objects[K]);
    },
    async save(kind, object) {
      await objects()
        .insert({ kind, id: object.id, object: JSON.stringify(object) as never })
        .onConflict(['kind', 'id'])
        .merge(['object']);
    },
    async lockKey(key) {
      const { rows } = await sql.raw<{ rows: { locked: boolean }[] }>(
        'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as locked',
        [`mock_processor:${key}`],
      );
      return rows[0]?.locked === true;
    },
    async recall(key): Promise<Remembered | undefined> {
      const row = await requests().where({ key }).first();
      if (!row) return undefined;
      const { fingerprint, lost, status, body } = row;
      return { fingerprint, lost, ...(status !== null && { answer: { status, body } }) };
    },
    async remember(key, { fingerprint, lost, answer }) {
      const row = {
        key,
        fingerprint,
        lost,
        status: answer?.status ?? null,
        body: (answer ? JSON.stringify(answer.body) : null) as never,
      };
      await requests().insert(row).onConflict('key').merge();
    },
    async today(environmentId) {
      const { rows } = await sql.raw<{ rows: { today: CalendarDate }[] }>(
        'select (clock_at at time zone time_zone)::date as today from environments where id = ?',
        [environmentId],
      );
      const [row] = rows;
      if (!row) throw new Error(`there is no environment ${environmentId}`);
      return row.today;
    },
    findDebit: (intentId) => findMockDebit(sql, intentId),
    saveDebit: (debit) => saveMockDebit(sql, debit),
    takeFault: (payment) => takeFault(sql, { ...payment, kinds: paymentFaults }),
  };
}
