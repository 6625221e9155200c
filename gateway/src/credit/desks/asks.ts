import { addMs } from '../../lib/dates.ts';
import { type Id, newId } from '../../lib/ids.ts';
import type { Tx, TxHost } from '../../lib/tx.ts';
import type { AskedPlan, DeskAnswer, DeskProof, DeskQuestion } from './port.ts';

/** One question to a funder's service about one hold, and what became of it. */
export type Ask = {
  id: Id<'fsk'>;
  sessionId: string;
  holdId: string;
  funderId: string;
  amount: bigint;
  currency: string;
  status: 'asked' | 'accepted' | 'refused' | 'unknown' | 'withdrawn';
  /** Why it refused, in its words. */
  code: string | null;
  /** What it is told of the plan; null in questions from before that was kept. */
  plan: AskedPlan | null;
  /** The funder's own name for its answer, and what proves the answer; null where its service gave none. */
  reference: string | null;
  proof: DeskProof | null;
  tries: number;
  askedAt: Date;
  answeredAt: Date | null;
};

type AskRow = {
  environment_id: string;
  id: Id<'fsk'>;
  checkout_session_id: string;
  hold_id: string;
  funder_id: string;
  amount: bigint;
  currency: string;
  status: Ask['status'];
  code: string | null;
  plan: AskedPlan | null;
  reference: string | null;
  proof: DeskProof | null;
  tell_withdrawn: boolean;
  tries: number;
  lease_until: Date | null;
  next_try_at: Date;
  asked_at: Date;
  answered_at: Date | null;
};

/** Longer than the deadline of one answer: whoever asks has finished by then, or is gone. */
const leaseMs = 10_000;
const tellAgainMs = 60_000;
/** Codes of funders are kept if they look like codes. */
const looksLikeCode = /^[a-z0-9_]{1,40}$/;

function toAsk(row: AskRow): Ask {
  return {
    id: row.id,
    sessionId: row.checkout_session_id,
    holdId: row.hold_id,
    funderId: row.funder_id,
    amount: row.amount,
    currency: row.currency,
    status: row.status,
    code: row.code,
    plan: row.plan,
    reference: row.reference,
    proof: row.proof,
    tries: row.tries,
    askedAt: row.asked_at,
    answeredAt: row.answered_at,
  };
}

function asks(tx: Tx) {
  return tx.sql<AskRow>('funder_asks').where({ environment_id: tx.environment.id });
}

/** Writes down what is to be asked about a hold, in the transaction that places it. It is asked afterwards. */
export async function startAsks(
  tx: Tx,
  input: {
    sessionId: string;
    holdId: string;
    currency: string;
    shares: readonly { funderId: string; amount: bigint; plan: AskedPlan }[];
  },
): Promise<void> {
  await tx.sql<AskRow>('funder_asks').insert(
    input.shares.map(({ funderId, amount, plan }) => ({
      environment_id: tx.environment.id,
      id: newId('fsk'),
      checkout_session_id: input.sessionId,
      hold_id: input.holdId,
      funder_id: funderId,
      amount,
      currency: input.currency,
      plan: JSON.stringify(plan) as never,
      status: 'asked' as const,
      next_try_at: addMs(tx.wallNow, leaseMs),
      asked_at: tx.wallNow,
    })),
  );
}

/** Takes the open questions of a session for the time of the lease. Of several that claim at once, one gets each. */
export async function claimAsks(tx: Tx, sessionId: string): Promise<Ask[]> {
  const rows = await asks(tx)
    .where({ checkout_session_id: sessionId, status: 'asked' })
    .whereRaw('(lease_until is null or lease_until <= ?)', [tx.wallNow])
    .update({
      tries: tx.sql.raw('tries + 1'),
      lease_until: addMs(tx.wallNow, leaseMs),
      next_try_at: addMs(tx.wallNow, leaseMs),
    } as never)
    .returning('*');
  return rows.map(toAsk);
}

/** Writes down an answer. False when the question is no longer the claimant's: its lease ended and it was asked again. */
export async function settleAsk(tx: Tx, ask: Ask, answer: DeskAnswer): Promise<boolean> {
  const code = answer.status === 'refused' ? answer.code : null;
  const receipt = answer.status === 'unknown' ? undefined : answer.receipt;
  const settled = await asks(tx)
    .where({ id: ask.id, status: 'asked', tries: ask.tries })
    .update({
      status: answer.status,
      code: code === null || looksLikeCode.test(code) ? code : 'unreadable_code',
      ...(receipt && { reference: receipt.reference, proof: JSON.stringify(receipt.proof) as never }),
      // It may have accepted, and must not go on believing so.
      tell_withdrawn: answer.status === 'unknown',
      lease_until: null,
      next_try_at: tx.wallNow,
      answered_at: tx.wallNow,
    });
  return settled === 1;
}

/** The questions about one hold. */
export async function listAsks(tx: Tx, holdId: string): Promise<Ask[]> {
  return (await asks(tx).where({ hold_id: holdId }).orderBy('id')).map(toAsk);
}

/** Every question that was asked for a checkout, the first one first. */
export async function listAsksOf(tx: Tx, sessionId: string): Promise<Ask[]> {
  return (await asks(tx).where({ checkout_session_id: sessionId }).orderBy('id')).map(toAsk);
}

/** What was accepted of this hold is not wanted any more; whoever accepted is told afterwards. */
export async function withdrawAsks(tx: Tx, holdId: string): Promise<void> {
  await asks(tx)
    .where({ hold_id: holdId, status: 'accepted' })
    .update({ status: 'withdrawn', tell_withdrawn: true, next_try_at: tx.wallNow });
}

/** Of several that look for withdrawals to tell, one gets each for a while. */
export async function claimWithdrawal(tx: Tx, askId: string): Promise<Ask | undefined> {
  const [row] = await asks(tx)
    .where({ id: askId as Id<'fsk'>, tell_withdrawn: true })
    .where('next_try_at', '<=', tx.wallNow)
    .update({ next_try_at: addMs(tx.wallNow, tellAgainMs) })
    .returning('*');
  return row && toAsk(row);
}

/** The funder knows that it does not carry this. */
export async function settleWithdrawal(tx: Tx, askId: string): Promise<void> {
  await asks(tx)
    .where({ id: askId as Id<'fsk'> })
    .update({ tell_withdrawn: false });
}

/** A question as the desk hears it. */
export function questionOf(tx: Pick<Tx, 'environment'>, ask: Ask): DeskQuestion {
  const { id: askId, funderId, amount, currency, plan } = ask;
  return { askId, environmentId: tx.environment.id, funderId, amount, currency, plan };
}

export type OpenAsk = { environmentId: string; askId: string; sessionId: string; tellWithdrawn: boolean };

/** What nobody finishes at this moment: questions whose asker is gone, and withdrawals to tell. */
export async function findOpenAsks(host: TxHost, input: { limit: number }): Promise<OpenAsk[]> {
  const now = host.clock.now();
  const rows = await host
    .db<AskRow>('funder_asks as ask')
    .join('environments as environment', 'environment.id', 'ask.environment_id')
    .whereNull('environment.clock_target')
    .whereRaw('(environment.expires_at is null or environment.expires_at > ?)', [now])
    .whereRaw("(ask.status = 'asked' or ask.tell_withdrawn)")
    .where('ask.next_try_at', '<=', now)
    .orderBy('ask.next_try_at')
    .limit(input.limit)
    .select('ask.environment_id', 'ask.id', 'ask.checkout_session_id', 'ask.tell_withdrawn');
  return rows.map((row) => ({
    environmentId: row.environment_id,
    askId: row.id,
    sessionId: row.checkout_session_id,
    tellWithdrawn: row.tell_withdrawn,
  }));
}
