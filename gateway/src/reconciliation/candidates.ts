import { account } from '../ledger/accounts.ts';
import { balance } from '../ledger/balances.ts';
import { dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Purpose } from '../processor/port.ts';
import { findChargeback } from '../repayments/chargebacks.ts';
import { findPayoutByReference, type Payout } from '../settlement/payouts.ts';
import type { Candidate, Target, TargetKind } from './judge.ts';
import { idsIn } from './named-ids.ts';
import { findProcessorPayouts, listUnbanked, type OutsideRecord, type RecordKind } from './records.ts';

/** Who the bank says that the processor is. */
const processorName = /\bstripe\b/i;

/** Between the processor's payout and the bank's line lie weekends and holidays. */
const bankWindowMs = 7 * dayMs;

/** What the attempts asked for that can have moved what a record of this kind tells. */
const purposesOf: Partial<Record<RecordKind, readonly Purpose[]>> = {
  charge: ['repayment', 'down_capture'],
  refund: ['money_back'],
  transfer: ['payout'],
  draw: ['draw_payout'],
};

type AttemptRow = {
  id: string;
  purpose: Purpose;
  subject_id: string;
  amount: bigint;
  currency: string;
  status: string;
};

/** All that a record may be about. It only reads; `judge` says which one it is. */
export async function readCandidates(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const found = await (record.kind === 'line' ? ofLine(tx, record) : ofMovement(tx, record));
  return Promise.all(
    found.map(async (one) => ({ ...one, taken: one.taken || (await isTaken(tx, one.target)) })),
  );
}

/** Whether a record was matched to this; a running account is never used up. */
async function isTaken(tx: Tx, target: Target): Promise<boolean> {
  if (isRunning(target.kind)) return false;
  const row = await tx
    .sql('reconciliation_matches')
    .where({ environment_id: tx.environment.id, target_kind: target.kind, target_id: target.id })
    .first('id');
  return row !== undefined;
}

function isRunning(kind: TargetKind): boolean {
  return kind === 'funder_due' || kind === 'funder' || kind === 'merchant';
}

async function ofMovement(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  switch (record.kind) {
    case 'charge':
    case 'refund':
    case 'transfer':
    case 'draw':
      return ofAttempts(tx, record);
    case 'transfer_back':
      return ofTransferBack(tx, record);
    case 'payout_back':
      return (await findProcessorPayouts(tx, record.references)).map((payout) =>
        candidate(record, { kind: 'payout_back', id: payout.id }, 'reference', {
          amount: -payout.amount,
          currency: payout.currency,
          taken: payout.state === 'matched',
        }),
      );
    case 'fee':
      return [candidate(record, { kind: 'processor_fee', id: record.id }, 'id', {})];
    case 'dispute':
      return ofDispute(tx, record);
    case 'dispute_won':
      return ofDisputeWon(tx, record);
    case 'payout':
    case 'topup':
    case 'line':
    case 'other':
    default:
      return [];
  }
}

/** A candidate that is as the record says, but for `differing`. */
function candidate(
  record: OutsideRecord,
  target: Target,
  how: Candidate['how'],
  differing: Partial<Candidate>,
): Candidate {
  const { amount, currency } = record;
  return { target, how, amount, currency, taken: false, ready: true, subject: target.id, ...differing };
}

async function ofAttempts(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const purposes = purposesOf[record.kind] ?? [];
  const rows = await findAttempts(tx, { ...record, purposes });
  const hasBack = record.kind === 'transfer' && (await cameBack(tx, record));
  return rows.map((row) =>
    candidate(record, { kind: 'attempt', id: row.id }, row.id === record.attemptId ? 'id' : 'reference', {
      amount: record.kind === 'charge' ? row.amount : -row.amount,
      currency: row.currency,
      // A transfer whose payout was refused has moved money that came back, though the attempt has failed.
      ready: row.status === 'succeeded' || (hasBack && row.status === 'failed'),
      underWay: isOpen(row),
      subject: row.subject_id,
    }),
  );
}

function isOpen({ status }: AttemptRow): boolean {
  return status === 'pending' || status === 'unknown';
}

function findAttempts(
  tx: Tx,
  {
    attemptId,
    references,
    purposes,
  }: Pick<OutsideRecord, 'attemptId' | 'references'> & {
    purposes: readonly Purpose[];
  },
): Promise<AttemptRow[]> {
  return tx
    .sql<AttemptRow & { environment_id: string; processor_reference: string }>('processor_attempts')
    .where({ environment_id: tx.environment.id })
    .whereIn('purpose', purposes)
    .where((query) => {
      void query.whereIn('processor_reference', references);
      if (attemptId !== null) void query.orWhere({ id: attemptId });
    })
    .orderBy('id');
}

/** Whether the processor lists that this transfer came back. */
async function cameBack(tx: Tx, { references }: OutsideRecord): Promise<boolean> {
  return (await relatives(tx, 'transfer_back', references)).length > 0;
}

function relatives(tx: Tx, kind: RecordKind, references: readonly string[]) {
  return tx
    .sql<{ environment_id: string; kind: string; attempt_id: string | null }>('outside_records')
    .where({ environment_id: tx.environment.id, kind })
    .whereRaw('refs && ?::text[]', [references as never])
    .select('attempt_id');
}

/**
 * A transfer that came back: because we recalled it, or because the merchant's bank did not keep it, of which we may hear
 * in this way first.
 */
async function ofTransferBack(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const recalls = await findAttempts(tx, { ...record, purposes: ['payout_recall'] });
  const transfers = await relatives(tx, 'transfer', record.references);
  const names = [...record.references, ...transfers.flatMap(({ attempt_id }) => attempt_id ?? [])];
  const payout = await firstPayout(tx, names);
  const ofRecall: Candidate[] = [];
  for (const row of recalls)
    ofRecall.push(
      candidate(record, { kind: 'attempt', id: row.id }, 'reference', {
        amount: row.amount,
        currency: row.currency,
        // Where the bank has shown the money already, it came back twice: somebody has to see whose it is.
        taken: await isTaken(tx, { kind: 'payout_return', id: row.subject_id }),
        ready: row.status === 'succeeded',
        underWay: isOpen(row),
        subject: row.subject_id,
      }),
    );
  if (ofRecall.length > 0 || !payout) return ofRecall;
  return [
    candidate(record, { kind: 'payout_return', id: payout.id }, 'reference', {
      amount: payout.amount,
      currency: payout.currency,
      ready: payout.status === 'paid' || payout.status === 'failed',
      underWay: payout.status === 'pending' || payout.status === 'in_transit',
    }),
  ];
}

async function firstPayout(tx: Tx, names: readonly string[]): Promise<Payout | undefined> {
  for (const name of names) {
    const payout = await findPayoutByReference(tx, name);
    if (payout) return payout;
  }
  return undefined;
}

/** A chargeback names the payment; a part of it may be taken back. Captures take a down payment in parts, of one payment. */
async function ofDispute(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const repayments = await findAttempts(tx, { ...record, attemptId: null, purposes: ['repayment'] });
  const [disputeId] = record.references;
  if (disputeId === undefined) return [];
  return [...repayments, ...(await findDownPayments(tx, record))].map((row) =>
    candidate(record, { kind: 'chargeback', id: disputeId }, 'reference', {
      amount: -row.amount,
      atMost: true,
      currency: row.currency,
      ready: row.status === 'succeeded',
      subject: row.subject_id,
    }),
  );
}

/** What was taken of down payments by these references, by order. */
async function findDownPayments(
  tx: Tx,
  { references }: OutsideRecord,
): Promise<Pick<AttemptRow, 'amount' | 'currency' | 'status' | 'subject_id'>[]> {
  const { rows } = await tx.sql.raw<{ rows: { orderId: string; amount: bigint; currency: string }[] }>(
    `select c.order_id as "orderId", sum(a.amount)::int8 as amount, a.currency
     from processor_attempts a
       join captures c on c.environment_id = a.environment_id and c.id = a.subject_id
     where a.environment_id = ? and a.purpose = 'down_capture' and a.status = 'succeeded'
       and a.processor_reference = any (?)
     group by c.order_id, a.currency order by c.order_id`,
    [tx.environment.id, references as never],
  );
  return rows.map(({ orderId, amount, currency }) => ({
    subject_id: orderId,
    amount,
    currency,
    status: 'succeeded',
  }));
}

/** What a bank gives back names the chargeback that it ends; of a part of it the rest stays lost. */
async function ofDisputeWon(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const [disputeId] = record.references;
  const known = disputeId === undefined ? undefined : await findChargeback(tx, disputeId);
  if (!known) return [];
  const { currency } = known;
  return [
    candidate(record, { kind: 'chargeback_won', id: known.reference }, 'reference', {
      amount: known.amount,
      atMost: true,
      currency,
      taken: known.givenBack > 0n,
      subject: known.id,
    }),
  ];
}

/** What a line of the bank may be about, by what it names and by who is on the other side. */
async function ofLine(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const named = idsIn([...record.references, record.counterparty ?? '', record.description ?? '']);
  return [
    ...(await ofProcessorPayouts(tx, record)),
    ...(await ofFunders(tx, record, named)),
    ...(await ofMerchants(tx, record, named)),
    ...(await ofReturnedPayouts(tx, record, named)),
  ];
}

async function ofProcessorPayouts(tx: Tx, record: OutsideRecord): Promise<Candidate[]> {
  const named = await findProcessorPayouts(tx, wordsOf(record));
  const one = (payout: OutsideRecord, how: Candidate['how']): Candidate =>
    candidate(record, { kind: 'processor_payout', id: payout.id }, how, {
      amount: -payout.amount,
      currency: payout.currency,
      taken: payout.state === 'matched',
    });
  if (named.length > 0) return named.map((payout) => one(payout, 'reference'));
  if (!processorName.test(`${record.counterparty ?? ''} ${record.description ?? ''}`)) return [];
  const waiting = await listUnbanked(tx, record.currency);
  return waiting
    .filter(({ happenedAt }) => Math.abs(happenedAt.getTime() - record.happenedAt.getTime()) <= bankWindowMs)
    .map((payout) => one(payout, 'amount_and_date'));
}

/** Everything in a line that could be a reference of the processor, such as `po_1Nx…`. */
function wordsOf({ references, description }: OutsideRecord): string[] {
  const written = (description ?? '').split(/[\s,;:/]+/);
  return [...new Set([...references, ...written])].filter((word) => /^(?:po|tu)_\w+$/i.test(word));
}

async function ofFunders(tx: Tx, record: OutsideRecord, named: readonly string[]): Promise<Candidate[]> {
  const funders = await findParties(tx, 'funders', record, named);
  const kind = record.amount > 0n ? 'funder_due' : 'funder';
  return Promise.all(
    funders.map(async ({ id, how }) => {
      const owed = await balance(tx, account(kind, id), record.currency);
      return owedCandidate(record, { kind, id }, { how, owed: record.amount > 0n ? owed : -owed });
    }),
  );
}

async function ofMerchants(tx: Tx, record: OutsideRecord, named: readonly string[]): Promise<Candidate[]> {
  if (record.amount < 0n) return [];
  const merchants = await findParties(tx, 'merchants', record, named);
  return Promise.all(
    merchants.map(async ({ id, how }) => {
      const debt = -(await balance(tx, account('merchant', id), record.currency));
      return owedCandidate(record, { kind: 'merchant', id }, { how, owed: debt });
    }),
  );
}

/** Who names themselves by our id may pay a part; who is known by the name alone, exactly what is owed. */
function owedCandidate(
  record: OutsideRecord,
  target: Target,
  { how, owed }: { how: 'reference' | 'amount_and_date'; owed: bigint },
): Candidate {
  return candidate(record, target, how, { amount: owed, ...(how === 'reference' && { atMost: true }) });
}

async function findParties(
  tx: Tx,
  table: 'funders' | 'merchants',
  record: OutsideRecord,
  named: readonly string[],
): Promise<{ id: string; how: 'reference' | 'amount_and_date' }[]> {
  const rows = await tx
    .sql<{ environment_id: string; id: string }>(table)
    .where({ environment_id: tx.environment.id })
    .where((query) => {
      void query.whereIn('id', named);
      if (record.counterparty !== null)
        void query.orWhereRaw('lower(name) = lower(?)', [record.counterparty.trim()]);
    })
    .orderBy('id')
    .select('id');
  return rows.map(({ id }) => ({ id, how: named.includes(id) ? 'reference' : 'amount_and_date' }));
}

async function ofReturnedPayouts(
  tx: Tx,
  record: OutsideRecord,
  named: readonly string[],
): Promise<Candidate[]> {
  if (record.amount < 0n) return [];
  const found: Candidate[] = [];
  for (const id of named.filter((name) => name.startsWith('po_'))) {
    const payout = await findPayoutByReference(tx, id);
    if (!payout) continue;
    found.push(
      candidate(record, { kind: 'payout_return', id: payout.id }, 'reference', {
        amount: payout.amount,
        currency: payout.currency,
        ready: payout.status === 'paid',
      }),
    );
  }
  return found;
}
