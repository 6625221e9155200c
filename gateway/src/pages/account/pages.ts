import { listAgreementsOf } from '../../agreements/agreements.ts';
import { availableOf, type CreditLine, listLines } from '../../credit/lines.ts';
import { findFunder } from '../../credit/funders.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { findMerchant } from '../../merchants/merchants.ts';
import { scoreNow } from '../../pay-score/score-now.ts';
import { listPaymentMethods } from '../../processor/payment-methods.ts';
import { listAllocated } from '../../repayments/allocations.ts';
import { payoffOf } from '../../repayments/payoff.ts';
import { listReceipts } from '../../repayments/receipts.ts';
import { listRepayments } from '../../repayments/repayments.ts';
import { type Consent, listConsents } from '../../shoppers/consents.ts';
import { listShopperPasskeys } from '../../shoppers/sign-in/passkeys.ts';
import type { Page } from '../send-page.tsx';
import { readDebt, readDebts } from './debts.ts';
import { readDisputeFacts } from './disputes/facts.ts';
import { readDrawEntry } from './draws/entry.tsx';
import { readGuaranteeEntry } from './guarantees/entry.tsx';
import { readLateFacts } from './late/facts.ts';
import { readTimeZone } from './late/time-zone.tsx';
import { readIsLocked } from './own-limits/entry.tsx';
import { planIdOf } from './plan-id.ts';
import { readReturnFacts } from './returns/facts.ts';
import { readOwnership } from './ownership.ts';
import type { AccountInput } from './view.tsx';
import { documentView } from './views/document.tsx';
import { type ListedAgreement, overviewView } from './views/overview.tsx';
import { planView } from './views/plan.tsx';
import { scoreView, type Standing } from './views/score.tsx';
import { type GivenConsent, youView } from './views/you.tsx';

/** What is owed and when, over all shops. */
export async function showOverview(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  return overviewView(input, {
    debts: await readDebts(tx, shopperId),
    standings: await standingsOf(tx, shopperId),
    permissions: await listPermissions(tx, shopperId),
    draw: await readDrawEntry(tx, shopperId),
    guarantee: await readGuaranteeEntry(tx, shopperId),
    isLocked: await readIsLocked(tx, shopperId),
    hasPasskey: (await listShopperPasskeys(tx, shopperId)).length > 0,
    today: dateIn(tx.environment.timeZone, tx.now),
  });
}

/** The agreements that a shop may still use, or could. */
async function listPermissions(tx: Tx, shopperId: string): Promise<ListedAgreement[]> {
  const listed: ListedAgreement[] = [];
  for (const { merchantId, status } of await listAgreementsOf(tx, shopperId)) {
    if (status === 'ended') continue;
    listed.push({ shop: (await findMerchant(tx, merchantId)).name, status });
  }
  return listed;
}

/** One plan: what is left, paying it, and its card. */
export async function showPlan(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const debt = await readDebt(tx, { planId: planIdOf(input.req), shopperId });
  const { plan } = debt;
  return planView(input, {
    debt,
    payoff: await payoffOf(tx, plan),
    // That a friend's card was refused is the friend's business.
    repayments: (await listRepayments(tx, plan.id)).filter(
      ({ guaranteeId, status }) => guaranteeId === null || status !== 'failed',
    ),
    allocated: await listAllocated(tx, plan.id),
    methods: await listPaymentMethods(tx, shopperId),
    late: await readLateFacts(tx, { planId: plan.id, shopperId }),
    returns: await readReturnFacts(tx, { planId: plan.id, shopperId }),
    disputes: await readDisputeFacts(tx, { planId: plan.id, shopperId }),
    ownership: await readOwnership(tx, plan),
  });
}

/** What was agreed to, with its hash and the signed receipts. */
export async function showDocument(tx: Tx, input: AccountInput): Promise<Page> {
  const debt = await readDebt(tx, { planId: planIdOf(input.req), shopperId: input.visit.shopper.id });
  return documentView(input, { debt, receipts: await listReceipts(tx, debt.plan.id) });
}

/** The score as it is now, with its reasons and what follows from it. */
export async function showScore(tx: Tx, input: AccountInput): Promise<Page> {
  return scoreView(input, await standingsOf(tx, input.visit.shopper.id));
}

/** Where a shopper stands in each currency that they bought in. */
async function standingsOf(tx: Tx, shopperId: string): Promise<Standing[]> {
  const standings: Standing[] = [];
  for (const line of await listLines(tx, shopperId)) standings.push(await standingOf(tx, line));
  return standings;
}

async function standingOf(tx: Tx, line: CreditLine): Promise<Standing> {
  const { shopperId, currency, targetLimit, limit, used, held, guaranteed, pledged } = line;
  const score = await scoreNow(tx, { shopperId, currency, targetLimit });
  const suspended = line.status === 'suspended';
  const available = suspended ? 0n : availableOf(line);
  return { currency, score, limit, used, held, guaranteed, pledged, available, suspended };
}

/** Who is signed in, and what they agreed to. */
export async function showYou(tx: Tx, input: AccountInput): Promise<Page> {
  const consents = await listConsents(tx, input.visit.shopper.id);
  const given: GivenConsent[] = [];
  for (const consent of consents) given.push(await withFunder(tx, consent));
  const timeZone = await readTimeZone(tx, input.visit.shopper.id);
  return youView(input, { consents: given, timeZone });
}

async function withFunder(tx: Tx, consent: Consent): Promise<GivenConsent> {
  const givenOn = dateIn(tx.environment.timeZone, consent.givenAt);
  const [kind, funderId] = consent.purpose.split(':', 2);
  const funder = kind === 'funder' && funderId ? await findFunder(tx, funderId) : undefined;
  const withdrawnOn =
    consent.withdrawnAt === null ? undefined : dateIn(tx.environment.timeZone, consent.withdrawnAt);
  return { ...consent, givenOn, withdrawnOn, funder };
}
