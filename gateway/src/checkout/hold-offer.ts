import { readRouting } from '../credit/candidates.ts';
import type { AskedPlan } from '../credit/desks/port.ts';
import type { Funding } from '../credit/funding.ts';
import { type Hold, placeHold } from '../credit/holds.ts';
import type { Routing } from '../credit/routing.ts';
import type { HoldShare } from '../credit/shares.ts';
import type { CreditLine } from '../credit/lines.ts';
import { notePlacement } from '../credit/placements.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { programmes } from '../plans/programmes.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { askedPlan } from './asked-plan.ts';
import { draftPlan } from './draft-plan.ts';
import { fundingsOf, purposeOf, sessionOffer, type SessionTerms } from './session-offers.ts';

/** A share whose funder has to accept it first, and what that funder is told of the plan. */
export type ShareToAsk = HoldShare & { plan: AskedPlan };

export type HeldOffer = { hold: Hold; snapshot: PlanSnapshot };

/**
 * Holds what an offer finances on a locked line with who funds it, and freezes the plan as it is agreed to today. Throws
 * `limit_exceeded` and `funder_unavailable` as `placeHold` does.
 */
export async function holdOffer(
  tx: Tx,
  input: { line: CreditLine; funding: Funding; merchant: Merchant; offer: PlanOffer },
): Promise<HeldOffer> {
  const { line, funding, merchant, offer } = input;
  const hold = await placeHold(tx, { line, funding, amount: offer.financed });
  await notePlacement(tx, {
    holdId: hold.id,
    funding,
    amount: offer.financed,
    currency: line.currency,
    bound: {
      merchantId: merchant.id,
      category: offer.programme ?? programmes.retail.code,
      shopperId: line.shopperId,
    },
  });
  return { hold, snapshot: draftPlan(tx, { offer, merchant, funding }) };
}

/**
 * Holds the plan that the shopper chose with the first that can carry it, at the rate of its lead. Where the last room goes
 * to somebody faster at this moment, the next is tried. `accepts` says what the shopper would still agree to; `toAsk` are
 * the shares whose funders have to accept before anything is agreed. Throws `limit_exceeded`, and `funder_unavailable` when
 * nobody is left.
 */
export async function holdWithFunder(
  tx: Tx,
  input: {
    line: CreditLine;
    terms: SessionTerms;
    planCode: string;
    sessionId: string;
    score: number;
    accepts?: (snapshot: PlanSnapshot) => Promise<boolean>;
  },
): Promise<HeldOffer & { offer: PlanOffer; toAsk: readonly ShareToAsk[] }> {
  const { line, terms, planCode, score, accepts } = input;
  const { merchant } = terms;
  const asked = sessionOffer(tx, terms, planCode);
  const key = { key: input.sessionId, shopperId: line.shopperId, canAsk: true };
  const routing = await readRouting(tx, purposeOf(terms, key));
  const able = asked ? fundingsOf(tx, terms, { offer: asked, routing, score }).able : [];
  for (const { offer, funding } of able) {
    if (accepts && !(await accepts(draftPlan(tx, { offer, merchant, funding })))) continue;
    const held = await unlessTaken(tx, funding, (inner) =>
      holdOffer(inner, { line, funding, merchant, offer }),
    );
    if (!held) continue;
    const about = { snapshot: held.snapshot, shopperId: line.shopperId, score };
    const toAsk = held.hold.shares
      .filter((share) => hasDesk(routing, share))
      .map((share) => ({ ...share, plan: askedPlan(tx, { ...about, funderId: share.funderId }) }));
    return { offer, ...held, toAsk };
  }
  throw new GatewayError('funder_unavailable', {
    detail: 'No funder can carry this amount now.',
    retryAfterSeconds: 60,
  });
}

function hasDesk({ candidates }: Routing, { funderId }: HoldShare): boolean {
  return candidates.some(({ funder, desk }) => funder.id === funderId && desk !== 'none');
}

/**
 * Undefined when a funder has no room any more. One funder's refusal has written nothing; of several, those before it have
 * reserved their shares, which go back with the savepoint.
 */
async function unlessTaken<T>(
  tx: Tx,
  { shares }: Funding,
  hold: (inner: Tx) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await (shares.length > 1 ? tx.sql.transaction((sql) => hold({ ...tx, sql })) : hold(tx));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'funder_unavailable') return undefined;
    throw error;
  }
}
