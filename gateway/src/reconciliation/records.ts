import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { BalanceTransaction, ProcessorAccount } from '../processor/port.ts';

/** Whose books: the processor's two accounts of ours, and the bank's. */
export type Source = ProcessorAccount | 'bank';

/** A line of the bank says what moved, and not what it was for. */
export type RecordKind = BalanceTransaction['kind'] | 'line';

/**
 * `awaiting_outcome` is of an attempt that is still under way; `awaiting_bank` is a payout or top-up that the processor
 * lists and the bank does not yet.
 */
export type RecordState = 'new' | 'awaiting_outcome' | 'awaiting_bank' | 'exception' | 'matched';

/** What somebody else's books say: a balance transaction of the processor, or a line of a bank statement. */
export type OutsideRecord = {
  id: Id<'osr'>;
  importId: string;
  source: Source;
  /** Our account at the bank, or the processor's name of its account. */
  account: string;
  /** The source's own id, unique in its account. */
  sourceId: string;
  kind: RecordKind;
  currency: string;
  /** Minor units, positive when money came to us, before `fee`. */
  amount: bigint;
  fee: bigint;
  happenedAt: Date;
  references: string[];
  attemptId: string | null;
  counterparty: string | null;
  description: string | null;
  /** Where it stands in its file. */
  place: string | null;
  state: RecordState;
  /** Whether the unmatched line was put into suspense; it is taken out again when it is matched. */
  suspended: boolean;
};

/** A record as a list or a file tells it. */
export type ToldRecord = Pick<
  OutsideRecord,
  'account' | 'sourceId' | 'kind' | 'currency' | 'amount' | 'fee' | 'happenedAt' | 'references'
> &
  Partial<Record<'attemptId' | 'counterparty' | 'description' | 'place', string>>;

type RecordRow = {
  environment_id: string;
  id: Id<'osr'>;
  import_id: string;
  source: Source;
  account: string;
  source_id: string;
  kind: RecordKind;
  currency: string;
  amount: bigint;
  fee: bigint;
  happened_at: Date;
  refs: string[];
  attempt_id: string | null;
  counterparty: string | null;
  description: string | null;
  place: string | null;
  state: RecordState;
  suspended: boolean;
};

function toRecord(row: RecordRow): OutsideRecord {
  return {
    id: row.id,
    importId: row.import_id,
    source: row.source,
    account: row.account,
    sourceId: row.source_id,
    kind: row.kind,
    currency: row.currency,
    amount: row.amount,
    fee: row.fee,
    happenedAt: row.happened_at,
    references: row.refs,
    attemptId: row.attempt_id,
    counterparty: row.counterparty,
    description: row.description,
    place: row.place,
    state: row.state,
    suspended: row.suspended,
  };
}

function records(tx: Tx) {
  return tx.sql<RecordRow>('outside_records').where({ environment_id: tx.environment.id });
}

/** Keeps what is told and not known yet; returns the source's ids of what was new. */
export async function storeRecords(
  tx: Tx,
  input: { importId: string; source: Source; told: readonly ToldRecord[] },
): Promise<Set<string>> {
  if (input.told.length === 0) return new Set();
  const rows = await tx
    .sql<RecordRow>('outside_records')
    .insert(
      input.told.map((told) => ({
        environment_id: tx.environment.id,
        id: newId('osr'),
        import_id: input.importId,
        source: input.source,
        account: told.account,
        source_id: told.sourceId,
        kind: told.kind,
        currency: told.currency,
        amount: told.amount,
        fee: told.fee,
        happened_at: told.happenedAt,
        refs: told.references,
        attempt_id: told.attemptId ?? null,
        counterparty: told.counterparty ?? null,
        description: told.description ?? null,
        place: told.place ?? null,
        state: 'new' as const,
      })),
    )
    .onConflict(['environment_id', 'source', 'account', 'source_id'])
    .ignore()
    .returning('source_id');
  return new Set(rows.map(({ source_id }) => source_id));
}

export async function findRecord(tx: Tx, id: string): Promise<OutsideRecord | undefined> {
  const row = await records(tx)
    .where({ id: id as Id<'osr'> })
    .first();
  return row && toRecord(row);
}

/** One record that nobody else changes until the transaction ends. */
export async function lockRecord(tx: Tx, id: string): Promise<OutsideRecord> {
  const row = await records(tx)
    .where({ id: id as Id<'osr'> })
    .forUpdate()
    .first();
  if (!row) throw new Error(`there is no outside record ${id}`);
  return toRecord(row);
}

/** Records that nobody has judged yet, the processor's before the bank's: lines of the bank are met by the processor's. */
export async function listNewRecords(tx: Tx, limit: number): Promise<Id<'osr'>[]> {
  const rows = await records(tx)
    .where({ state: 'new' })
    .orderByRaw(`source = 'bank', happened_at, id`)
    .limit(limit)
    .select('id');
  return rows.map(({ id }) => id);
}

/** Records of what is still under way with us, after the id `after`. */
export async function listUnended(tx: Tx, after: string, limit: number): Promise<Id<'osr'>[]> {
  const rows = await records(tx)
    .where({ state: 'awaiting_outcome' })
    .where('id', '>', after as Id<'osr'>)
    .orderBy('id')
    .limit(limit)
    .select('id');
  return rows.map(({ id }) => id);
}

/** Payouts and top-ups of the processor in this currency that no line of the bank was matched to. */
export async function listUnbanked(tx: Tx, currency: string): Promise<OutsideRecord[]> {
  const rows = await records(tx)
    .whereIn('kind', ['payout', 'topup'])
    .whereIn('state', ['awaiting_bank', 'exception'])
    .where({ currency })
    .orderBy('id');
  return rows.map(toRecord);
}

/** The processor's payout or top-up by the processor's own id, whatever its state. */
export async function findProcessorPayouts(tx: Tx, references: readonly string[]): Promise<OutsideRecord[]> {
  if (references.length === 0) return [];
  const rows = await records(tx)
    .whereIn('kind', ['payout', 'topup'])
    .whereRaw('refs && ?::text[]', [references as never])
    .orderBy('id');
  return rows.map(toRecord);
}

/** What the processor sent before `before` and no bank has shown. */
export async function listNeverBanked(tx: Tx, input: { before: Date; limit: number }): Promise<Id<'osr'>[]> {
  const rows = await records(tx)
    .where({ state: 'awaiting_bank' })
    .where('happened_at', '<', input.before)
    .orderBy('id')
    .limit(input.limit)
    .select('id');
  return rows.map(({ id }) => id);
}

export async function setState(
  tx: Tx,
  id: string,
  change: { state: RecordState; suspended?: true },
): Promise<void> {
  await records(tx)
    .where({ id: id as Id<'osr'> })
    .update(change);
}
