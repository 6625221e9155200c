import { takenParts } from '../credit/apportion.ts';
import { type Funder, findFunderAt } from '../credit/funders.ts';
import { type Earned, listShares, type Part, shareEarned } from '../credit/shares.ts';
import { account } from '../ledger/accounts.ts';
import { accountsOf } from '../ledger/balances.ts';
import type { Tx } from '../lib/tx.ts';
import type { Plan } from './plans.ts';

/** Who carries a plan: its funder alone, or several by their shares in basis points, the lead first. */
export type Carried = {
  planId: string;
  currency: string;
  shares: readonly { funderId: string; basisPoints: number }[];
};

export function isJoint({ coFunderIds }: Pick<Plan, 'coFunderIds'>): boolean {
  return coFunderIds.length > 0;
}

/** Of a plan with a single funder nothing is read. */
export async function carriedOf(tx: Tx, plan: Plan): Promise<Carried> {
  const shares = isJoint(plan)
    ? await listShares(tx, plan.holdId)
    : [{ funderId: plan.funderId, basisPoints: 10_000 }];
  return { planId: plan.id, currency: plan.currency, shares };
}

/** Kinds of debt, in minor units. */
export type Debt = { principal: bigint; interest: bigint; fee: bigint };
export type DebtPart = Debt & { funderId: string };

/**
 * Divides what a locked plan's debt loses between those who carry it. Each has of every kind what its own account has, and
 * whoever takes the last of it leaves nothing with anybody. A single funder's part is all, and nothing is read.
 */
export async function partsOfDebt(
  tx: Tx,
  { planId, currency, shares }: Carried,
  debt: Partial<Debt>,
): Promise<DebtPart[]> {
  const { principal = 0n, interest = 0n, fee = 0n } = debt;
  const [first, ...others] = shares;
  if (first && others.length === 0) return [{ funderId: first.funderId, principal, interest, fee }];
  const balances = new Map(
    (await accountsOf(tx, planId))
      .filter((row) => row.currency === currency)
      .map((row) => [row.account, row.posted]),
  );
  const weights = shares.map(({ basisPoints }) => BigInt(basisPoints));
  const partsOf = (code: keyof Debt, amount: bigint): bigint[] => {
    const owed = shares.map(({ funderId }) => balances.get(account(code, planId, funderId)) ?? 0n);
    return takenParts(amount, owed, weights);
  };
  const principals = partsOf('principal', principal);
  const interests = partsOf('interest', interest);
  const fees = partsOf('fee', fee);
  return shares.map(({ funderId }, index) => ({
    funderId,
    principal: principals[index] ?? 0n,
    interest: interests[index] ?? 0n,
    fee: fees[index] ?? 0n,
  }));
}

/** What of the principal is whose. */
export function principalOf(parts: readonly DebtPart[]): Part[] {
  return parts.map(({ funderId, principal }) => ({ funderId, amount: principal }));
}

/** Divides what is charged on a locked plan between those who carry it, by their shares of all that ever was. */
export async function partsOfCharge(
  tx: Tx,
  plan: Plan,
  charge: Partial<Earned>,
): Promise<(Earned & { funderId: string })[]> {
  if (isJoint(plan)) return shareEarned(tx, plan.holdId, charge);
  const { interest = 0n, subsidised = 0n, fee = 0n } = charge;
  return [{ funderId: plan.funderId, interest, subsidised, fee }];
}

/** The funders whose parts these are, by their terms as of when what they carry was agreed. */
export async function fundersOf(
  tx: Tx,
  parts: readonly { funderId: string }[],
  agreedAt: Date,
): Promise<Funder[]> {
  const funders: Funder[] = [];
  for (const { funderId } of parts) funders.push(await findFunderAt(tx, funderId, agreedAt));
  return funders;
}
