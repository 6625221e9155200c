import type { OutsideRecord } from './records.ts';

/** What of ours a record can be met by. Running accounts, what funders and merchants owe or are owed, by many records. */
export type TargetKind =
  | 'attempt'
  | 'payout_return'
  | 'payout_back'
  | 'processor_payout'
  | 'processor_fee'
  | 'chargeback'
  | 'chargeback_won'
  | 'funder_due'
  | 'funder'
  | 'merchant';

export type Target = { kind: TargetKind; id: string };

/** Why a match was made, the surest first. */
export type How = 'id' | 'reference' | 'amount_and_date' | 'operator';

/** Something of ours that a record may be about, as the database has it at this moment. */
export type Candidate = {
  target: Target;
  how: Exclude<How, 'operator'>;
  /** What the record would have to be, in minor units with its sign; for `atMost` the largest that it may be. */
  amount: bigint;
  atMost?: true;
  currency: string;
  /** Whether another record was matched to it. */
  taken: boolean;
  /** Whether it has ended as the record says: an attempt has succeeded, a payout was paid. */
  ready: boolean;
  /** Whether it may still end so. */
  underWay?: boolean;
  /** Candidates of one subject with equal amounts are the same to us: whichever is taken, the books are equal. */
  subject: string;
};

export type ExceptionReason =
  | 'unknown'
  | 'ambiguous'
  | 'amount_differs'
  | 'currency_differs'
  | 'not_succeeded'
  | 'already_matched'
  | 'more_than_owed'
  | 'unsupported'
  | 'missing_outside'
  | 'missing_at_bank';

export type Judgement =
  | { result: 'match'; candidate: Candidate }
  /** The processor has sent it, and the bank has not told of it yet. */
  | { result: 'await_bank' }
  /** Ours is still under way. */
  | { result: 'await_outcome' }
  | { result: 'exception'; reason: ExceptionReason };

type Judged = Pick<OutsideRecord, 'kind' | 'amount' | 'currency' | 'fee'>;

/**
 * What a record is matched to, by the surest that there is: our own id, then the processor's or the bank's reference, then
 * amount, date and counterparty together. What could be two things is an exception, and so is what is said to differ from
 * what we know: nothing is guessed. Pure.
 */
export function judge(record: Judged, candidates: readonly Candidate[]): Judgement {
  if (record.kind === 'payout' || record.kind === 'topup') return { result: 'await_bank' };
  if (!isSupported(record)) return exception('unsupported');
  for (const how of ['id', 'reference'] as const) {
    const named = candidates.filter((candidate) => candidate.how === how);
    if (named.length > 0) return judgeNamed(record, named);
  }
  const fitting = candidates.filter((candidate) => isFree(candidate) && fits(record, candidate));
  return fitting.length === 0 ? exception('unknown') : chooseFrom(fitting);
}

function isSupported({ kind, fee, amount }: Judged): boolean {
  // A processor returns its fee only with a chargeback that it gives back, and asks none for that.
  if (kind === 'other' || (kind === 'dispute_won' ? fee > 0n : fee < 0n)) return false;
  return kind !== 'fee' || amount < 0n;
}

/** The record names them, so what does not fit says that something is wrong. */
function judgeNamed(record: Judged, named: readonly Candidate[]): Judgement {
  const ofCurrency = named.filter(({ currency }) => currency === record.currency);
  if (ofCurrency.length === 0) return exception('currency_differs');
  const free = ofCurrency.filter(({ taken }) => !taken);
  if (free.length === 0) return exception('already_matched');
  const fitting = free.filter((candidate) => fits(record, candidate));
  if (fitting.length === 0)
    return exception(free.every(({ atMost }) => atMost) ? 'more_than_owed' : 'amount_differs');
  const ready = fitting.filter((candidate) => candidate.ready);
  if (ready.length > 0) return chooseFrom(ready);
  return fitting.some(({ underWay }) => underWay) ? { result: 'await_outcome' } : exception('not_succeeded');
}

function chooseFrom(candidates: readonly Candidate[]): Judgement {
  const [candidate, ...others] = candidates;
  if (!candidate) return exception('unknown');
  return others.every(
    ({ subject, target }) => subject === candidate.subject && target.kind === candidate.target.kind,
  )
    ? { result: 'match', candidate }
    : exception('ambiguous');
}

function isFree({ taken, ready }: Candidate): boolean {
  return !taken && ready;
}

/** Whether a candidate has the record's currency and amount; of what is owed a part may be paid, on its side. */
export function fits(record: Pick<Judged, 'amount' | 'currency'>, candidate: Candidate): boolean {
  if (candidate.currency !== record.currency) return false;
  if (!candidate.atMost) return candidate.amount === record.amount;
  return candidate.amount > 0n
    ? record.amount > 0n && record.amount <= candidate.amount
    : record.amount < 0n && record.amount >= candidate.amount;
}

function exception(reason: ExceptionReason): Judgement {
  return { result: 'exception', reason };
}
