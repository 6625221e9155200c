import { listFunderIds } from '../../credit/funders.ts';
import { findLastSequence, readFeed } from '../../events/feed.ts';
import { type FaultKind, listFaults } from '../../faults/faults.ts';
import { trialBalance } from '../../ledger/balances.ts';
import { checkBooks } from '../../ledger/check-books.ts';
import { sum } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { findPlan, type Plan } from '../../repayments/plans.ts';
import { listEndpoints } from '../../webhooks/endpoints.ts';
import { clearFault } from './arrange-fault.ts';
import { calendarOf } from './calendar.ts';
import type { ScenarioExpectations } from './document.ts';
import type { ExpectationTold, RunReport, ScenarioRun } from './runs.ts';

/** What has come of a run: its calendar, whether the books balance, whether all is as expected. Clears its faults. */
export async function reportOn(tx: Tx, run: ScenarioRun): Promise<RunReport> {
  const { state, document } = run;
  const plan = state.planId ? await findPlan(tx, { planId: state.planId }) : undefined;
  const faults = (await listFaults(tx)).filter(({ id }) => state.faultIds.includes(id));
  const listens = (await listEndpoints(tx, run.merchantId)).some(({ status }) => status === 'enabled');
  for (const { id, kind } of faults) if (!(listens && followsTheWall(kind))) await clearFault(tx, id);
  const expected = document.expect.refused;
  const { refusal = null } = state;
  return {
    calendar_after: plan ? await calendarOf(tx, plan.id) : [],
    expectations: await expectationsOf(tx, run, plan),
    books: await booksOf(tx),
    faults: faults.map(({ kind, times, used }) => ({ kind, times, used })),
    failure: refusal && refusal.code !== expected ? refusal : null,
  };
}

/** Webhooks are sent by the wall's clock, perhaps after the run: their faults stay until they have happened. */
function followsTheWall(kind: FaultKind): boolean {
  return kind === 'webhook_lost' || kind === 'double_webhook';
}

async function booksOf(tx: Tx): Promise<RunReport['books']> {
  const rows = await trialBalance(tx);
  const invariants = (await checkBooks(tx)).map(({ name, checked, broken }) => ({
    name,
    checked,
    broken: broken.length,
  }));
  const currencies = new Set(rows.map(({ currency }) => currency));
  const agree = [...currencies].every(
    (currency) =>
      sum(rows.filter((row) => row.currency === currency).map((row) => row.debit - row.credit)) === 0n,
  );
  return { balanced: agree && invariants.every(({ broken }) => broken === 0), invariants };
}

/** How each expectation is looked up: what is so, in the words in which it was expected. */
type Look = (tx: Tx, run: ScenarioRun, plan: Plan | undefined) => string | Promise<string>;

const looks: Record<Exclude<keyof ScenarioExpectations, 'events'>, Look> = {
  plan: (_tx, _run, plan) => plan?.status ?? 'none',
  failed_repayments: (_tx, run) =>
    String(eventTypesOf(run).filter((type) => type === 'repayment.failed').length),
  funder: async (tx, _run, plan) => {
    const [first] = await listFunderIds(tx);
    return plan ? (plan.funderId === first ? 'first' : 'other') : 'none';
  },
  refused: (_tx, run) => run.state.refusal?.code ?? 'none',
  feed: async (tx, run) => ((await isContiguous(tx, run.merchantId)) ? 'contiguous' : 'gaps'),
};

async function expectationsOf(tx: Tx, run: ScenarioRun, plan: Plan | undefined): Promise<ExpectationTold[]> {
  const { events, ...others } = run.document.expect;
  const told: ExpectationTold[] = [];
  for (const [name, wanted] of Object.entries(others)) {
    const actual = await looks[name as keyof typeof looks](tx, run, plan);
    told.push({ name, expected: String(wanted), actual, met: actual === String(wanted) });
  }
  const types = eventTypesOf(run);
  for (const type of events ?? []) {
    const met = types.includes(type);
    told.push({ name: 'event', expected: type, actual: met ? type : 'none', met });
  }
  return told;
}

function eventTypesOf(run: ScenarioRun): string[] {
  return run.state.steps.flatMap(({ events }) => events.map(({ type }) => type));
}

/** Whether the merchant's feed is numbered 1, 2, 3 and so on up to its last event. */
async function isContiguous(tx: Tx, stream: string): Promise<boolean> {
  const last = await findLastSequence(tx, stream);
  let expected = 1n;
  while (expected <= last) {
    const page = await readFeed(tx, { stream, after: expected - 1n, limit: 500 });
    if (page.length === 0) return false;
    for (const { sequence } of page) {
      if (sequence !== expected) return false;
      expected += 1n;
    }
  }
  return true;
}
