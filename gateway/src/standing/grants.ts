import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';

/** What a person may pass over who looks at an appeal: rules about the score and about what looks wrong, no others. */
export const grantable: ReadonlySet<DeclineCode> = new Set([
  'score_too_low',
  'history_contradicts',
  'suspicious',
] satisfies DeclineCode[]);

/** The rules that a decision passes over. */
export type Excused = ReadonlySet<DeclineCode>;

/** A person's leave for one decision of a shopper, up to an amount in minor units. */
export type Grant = { appealId: string; amount: bigint };

type GrantRow = {
  environment_id: string;
  appeal_id: string;
  shopper_id: string;
  currency: string;
  amount: bigint;
  given_at: Date;
  expires_at: Date;
  used_for: string | null;
  used_at: Date | null;
};

/** Whose decision it is, and about what; a decision about the same checkout may be made again. */
export type Granted = {
  shopperId: string;
  currency: string;
  amount: bigint;
  /** Undefined where each decision is about something new. */
  subjectId?: string | undefined;
};

/** Gives leave for one decision until `expiresAt`. */
export async function giveGrant(
  tx: Tx,
  input: { appealId: string; shopperId: string; currency: string; amount: bigint; expiresAt: Date },
): Promise<void> {
  await tx.sql<GrantRow>('score_grants').insert({
    environment_id: tx.environment.id,
    appeal_id: input.appealId,
    shopper_id: input.shopperId,
    currency: input.currency,
    amount: input.amount,
    given_at: tx.now,
    expires_at: input.expiresAt,
  });
}

/** What was judged, the rules that were passed over for it, and the grant by which it was approved, if it was by one. */
export type JudgedWithGrant<Judged> = Judged & { excused: Excused; grant: Grant | undefined };

const nothing: Excused = new Set();

/**
 * Asks the rules of a decision; where one refuses that a person may pass over, and somebody did so for this shopper, asks
 * them again without it. One statement, and only after such a refusal. Whoever acts by the answer calls `useGrant`.
 */
export async function judgeWithGrant<Judged extends { declineCode: DeclineCode | null }>(
  tx: Tx,
  of: Granted,
  judge: (excused: Excused) => Judged,
): Promise<JudgedWithGrant<Judged>> {
  const plain = { ...judge(nothing), excused: nothing, grant: undefined };
  if (plain.declineCode === null || !grantable.has(plain.declineCode)) return plain;
  const grant = await openGrant(tx, of);
  if (!grant) return plain;
  const judged = judge(grantable);
  return { ...judged, excused: grantable, grant: judged.declineCode === null ? grant : undefined };
}

async function openGrant(tx: Tx, of: Granted): Promise<Grant | undefined> {
  const { shopperId, currency, amount, subjectId } = of;
  const row = await tx
    .sql<GrantRow>('score_grants')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, currency })
    .where('amount', '>=', amount)
    .where((query) => {
      void query.where((unused) => void unused.whereNull('used_for').where('expires_at', '>', tx.now));
      if (subjectId !== undefined) void query.orWhere({ used_for: subjectId });
    })
    .orderByRaw('used_for is null, expires_at, appeal_id')
    .first();
  return row && { appealId: row.appeal_id, amount: row.amount };
}

/** What was granted on an appeal, if anything was. */
export async function findGrant(
  tx: Tx,
  appealId: string,
): Promise<{ amount: bigint; currency: string; expiresAt: Date; used: boolean } | undefined> {
  const row = await tx
    .sql<GrantRow>('score_grants')
    .where({ environment_id: tx.environment.id, appeal_id: appealId })
    .first();
  return (
    row && {
      amount: row.amount,
      currency: row.currency,
      expiresAt: row.expires_at,
      used: row.used_for !== null,
    }
  );
}

/** Notes for what a grant was used; it is good for nothing else from then on. */
export async function useGrant(tx: Tx, grant: Grant, subjectId: string): Promise<void> {
  await tx
    .sql<GrantRow>('score_grants')
    .where({ environment_id: tx.environment.id, appeal_id: grant.appealId })
    .whereNull('used_for')
    .update({ used_for: subjectId, used_at: tx.now });
}

/** What an assessment keeps of a grant that let it pass. */
export function grantRecord({ appealId, amount }: Grant): { appealId: string; amount: number } {
  return { appealId, amount: toJsonAmount(amount) };
}
