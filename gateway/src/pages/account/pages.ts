import { availableOf, type CreditLine, listLines } from '../../credit/lines.ts';
import { findFunder } from '../../credit/funders.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { limitOf } from '../../pay-score/policy.ts';
import { scoreNow } from '../../pay-score/score-now.ts';
import { listPaymentMethods } from '../../processor/payment-methods.ts';
import { listRepayments } from '../../repayments/repayments.ts';
import { type Consent, listConsents } from '../../shoppers/consents.ts';
import type { Page } from '../send-page.tsx';
import { readDebt, readDebts } from './debts.ts';
import { planIdOf } from './plan-id.ts';
import type { AccountInput } from './view.tsx';
import { documentView } from './views/document.tsx';
import { overviewView } from './views/overview.tsx';
import { planView } from './views/plan.tsx';
import { scoreView, type Standing } from './views/score.tsx';
import { type GivenConsent, youView } from './views/you.tsx';

/** What is owed and when, over all shops. */
export async function showOverview(tx: Tx, input: AccountInput): Promise<Page> {
  const debts = await readDebts(tx, input.visit.shopper.id);
  return overviewView(input, { debts, today: dateIn(tx.environment.timeZone, tx.now) });
}

/** One plan: what is left, paying it, and its card. */
export async function showPlan(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const debt = await readDebt(tx, { planId: planIdOf(input.req), shopperId });
  return planView(input, {
    debt,
    repayments: await listRepayments(tx, debt.plan.id),
    methods: await listPaymentMethods(tx, shopperId),
    timeZone: tx.environment.timeZone,
  });
}

/** What was agreed to, with its hash. */
export async function showDocument(tx: Tx, input: AccountInput): Promise<Page> {
  const debt = await readDebt(tx, { planId: planIdOf(input.req), shopperId: input.visit.shopper.id });
  return documentView(input, debt);
}

/** The score as it is now, with its reasons and what follows from it. */
export async function showScore(tx: Tx, input: AccountInput): Promise<Page> {
  const standings: Standing[] = [];
  for (const line of await listLines(tx, input.visit.shopper.id)) standings.push(await standingOf(tx, line));
  return scoreView(input, standings);
}

/** A decision would review the limit by the same rule, so this is what the next one begins with. */
async function standingOf(tx: Tx, line: CreditLine): Promise<Standing> {
  const { shopperId, currency, targetLimit, used, held } = line;
  const { facts, ...score } = await scoreNow(tx, { shopperId, currency });
  const limit = limitOf({ score: score.score, facts, targetLimit });
  const suspended = line.status === 'suspended';
  const available = suspended ? 0n : availableOf({ limit, used, held });
  return { currency, score, limit, used, held, available, suspended };
}

/** Who is signed in, and what they agreed to. */
export async function showYou(tx: Tx, input: AccountInput): Promise<Page> {
  const consents = await listConsents(tx, input.visit.shopper.id);
  const given: GivenConsent[] = [];
  for (const consent of consents) given.push(await withFunder(tx, consent));
  return youView(input, given);
}

async function withFunder(tx: Tx, consent: Consent): Promise<GivenConsent> {
  const givenOn = dateIn(tx.environment.timeZone, consent.givenAt);
  const [kind, funderId] = consent.purpose.split(':', 2);
  const funder = kind === 'funder' && funderId ? await findFunder(tx, funderId) : undefined;
  return { ...consent, givenOn, funder };
}
