import { newId } from '../lib/ids.ts';
import { insertInto } from '../lib/insert-sql.ts';
import { isCurrency } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { parseAccount } from './accounts.ts';
import type { Posting, Transfer } from './posting.ts';

/**
 * Stores a posting in one statement and returns the ids of its transfers in their order. This is the only writer
 * of ledger_transfers, and nothing is ever changed there: a mistake is mended by another posting.
 *
 * An unsound posting is a bug and throws before anything is sent. The database refuses the second resolution of a
 * pending transfer (unique violation, also of two at the same moment) and one above its amount (check violation).
 */
export async function post(tx: Tx, posting: Posting): Promise<bigint[]> {
  const { text, values } = insertAndTell(rowsOf(tx, posting));
  const rows = await tx.query<{ id: bigint }>(text, values);
  return rows.map(({ id }) => id);
}

/** As `post`, for who needs no ids: sent with the writes that nobody waits for. */
export function postLater(tx: Tx, posting: Posting): void {
  tx.later(insertTransfers(rowsOf(tx, posting)));
}

function rowsOf(tx: Tx, posting: Posting) {
  refuseUnsound(posting);
  const postingId = newId('pst');
  return posting.transfers.map((transfer) => ({
    environment_id: tx.environment.id,
    posting_id: postingId,
    event: posting.event,
    kind: transfer.kind,
    pending_id: transfer.pendingId ?? null,
    debit: transfer.debit,
    credit: transfer.credit,
    currency: transfer.currency,
    amount: transfer.amount,
    subject_id: posting.subjectId,
    occurred_at: tx.now,
    recorded_at: tx.wallNow,
  }));
}

const columns = [
  'environment_id',
  'posting_id',
  'event',
  'kind',
  'pending_id',
  'debit',
  'credit',
  'currency',
  'amount',
  'subject_id',
  'occurred_at',
  'recorded_at',
] as const;

const insertTransfers = insertInto('ledger_transfers', columns);
const insertAndTell = insertInto('ledger_transfers', columns, { ending: 'returning id' });

/**
 * An expression of SQL: the id of the one transfer of a subject that has no other, in the columns that these expressions name.
 * Whoever writes it down in the same transaction need not wait for `post` to answer with it.
 */
export function transferOfSql(environmentId: string, subjectId: string): string {
  return `(select id from ledger_transfers where environment_id = ${environmentId} and subject_id = ${subjectId})`;
}

function refuseUnsound({ event, subjectId, transfers }: Posting): void {
  const [first] = transfers;
  if (!first) throw new Error(`posting ${event} of ${subjectId} moves nothing`);
  if (!isCurrency(first.currency)) throw new Error(`posting ${event} of ${subjectId} has no known currency`);
  const resolved = new Set<bigint>();
  for (const transfer of transfers) {
    const fault = faultOf(transfer, first.currency, resolved);
    if (fault)
      throw new Error(`posting ${event} of ${subjectId}: ${transfer.debit} to ${transfer.credit} ${fault}`);
    if (transfer.pendingId !== undefined) resolved.add(transfer.pendingId);
  }
}

function faultOf(transfer: Transfer, currency: string, resolved: ReadonlySet<bigint>): string | undefined {
  const { kind, pendingId, debit, credit, amount } = transfer;
  parseAccount(debit);
  parseAccount(credit);
  if (debit === credit) return 'moves nothing between two accounts';
  if (amount <= 0n) return `has the amount ${amount}`;
  if (transfer.currency !== currency) return `is in ${transfer.currency}, not ${currency}`;
  const resolves = kind === 'post' || kind === 'void';
  if (resolves !== (pendingId !== undefined))
    return `is ${kind} ${resolves ? 'without' : 'with'} a pending transfer`;
  if (pendingId !== undefined && resolved.has(pendingId)) return `resolves ${pendingId} twice`;
  return undefined;
}
