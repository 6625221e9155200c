import { describe, expect, it, vi } from 'vitest';
import { isSound } from '../../scripts/chaos/audit.ts';
import { debtFaults, type KnownDebt } from '../../scripts/chaos/debt.ts';
import { newEndings } from '../../scripts/chaos/endings.ts';
import { type Answered, replay, type Step } from '../../scripts/chaos/model.ts';
import { type FaultKind, faultKinds, lineOf, planOf } from '../../scripts/chaos/plan.ts';
import { chaos } from '../../scripts/chaos/run.ts';

// Whole processes, and a PostgreSQL of their own, are killed and started again here.
vi.setConfig({ testTimeout: 240_000 });

const kinds = Object.keys(faultKinds);

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    const lines = (seed: number) => planOf({ seed, seconds: 300 }).map(lineOf);
    expect(lines(1)).toEqual(lines(1));
    expect(lines(2)).not.toEqual(lines(1));
  });

  it.each([5, 60, 300])('has every kind of fault within %d seconds, in the order of time', (seconds) => {
    const plan = planOf({ seed: 3, seconds });
    expect(new Set(plan.map(({ kind }) => kind)).size).toBe(kinds.length);
    expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(plan.at(-1)!.at).toBeLessThanOrEqual(seconds);
  });
});

describe('the model that answers are held against', () => {
  const expiresAt = 1_000;
  const at = (now: number, ...asked: Answered[]): Step => ({ asked, clock: { least: now, most: now } });
  const authorize = at(0, { op: 'authorize', amount: 100, outcome: 'done' });
  const capture = (amount: number, outcome = 'done'): Answered => ({
    op: 'capture',
    amount,
    final: false,
    outcome,
  });

  it('takes what was asked at the same time in any order', () => {
    const both = at(1, capture(60), { op: 'void', outcome: 'done' });
    const { states } = replay([authorize, both], expiresAt);
    expect(states).toEqual([{ status: 'captured', authorized: 100, captured: 60, voided: 40, refunded: 0 }]);
  });

  it.each([
    ['two shipments that were both taken', [at(1, capture(60), capture(60))]],
    ['a shipment that was taken after its time', [at(1_000, capture(60))]],
    ['one that was refused before it', [at(1, capture(60, 'authorization_expired'))]],
    [
      'a refund of more than was shipped',
      [at(1, capture(60)), at(2, { op: 'refund', amount: 61, outcome: 'done' })],
    ],
    ['a second order', [at(1, { op: 'authorize', amount: 100, outcome: 'done' })]],
  ])('contradicts %s', (_, steps) => {
    expect(replay([authorize, ...steps], expiresAt).states).toEqual([]);
  });

  it('does not know whether what came while the clock moved was in time', () => {
    const moving = { asked: [capture(60)], clock: { least: 0, most: 2_000 } };
    const states = replay([authorize, moving], expiresAt).states.map(({ captured, voided }) => [
      captured,
      voided,
    ]);
    expect(states).toEqual(expect.arrayContaining([[60, 0]]));
  });
});

describe('the audit of a debt', () => {
  // 75 of 100 are paid, and 60 are refunded: 25 were owed, so 35 go back.
  const known = {
    order: { id: 'ord_1', captured_amount: 100, refunded_amount: 60 },
    refunds: [{ debt_amount: 25, money_back_amount: 35 }],
    plan: { id: 'pln_1', installments: [75, 0].map((amount) => ({ amount, paid_amount: amount })) },
    taken: 40,
  } as const satisfies KnownDebt;

  it('takes what was paid as paid, also where money went back', () => {
    expect(debtFaults(known)).toEqual([]);
  });

  it.each<[string, Partial<KnownDebt>]>([
    ['a cent too much was charged', { taken: 41 }],
    ['money went back twice', { taken: 5 }],
    ['a refund is missing', { refunds: [] }],
    [
      'debt was not taken off',
      { plan: { id: 'pln_1', installments: [75, 25].map((amount) => ({ amount, paid_amount: 75 })) } },
    ],
  ])('finds that %s', (_, wrong) => {
    expect(debtFaults({ ...known, ...wrong })).not.toEqual([]);
  });
});

describe('what was begun for a run', () => {
  it('is ended, the last first, also after a failure, and also what is begun meanwhile', async () => {
    const ends = newEndings();
    const ended: string[] = [];
    const end = (name: string) => () => void ended.push(name);
    ends.add(end('first'), end('second'), () => Promise.reject(new Error('stuck')), end('last'));
    await expect(ends.run()).rejects.toThrow('stuck');
    ends.add(end('late'));
    expect(ended).toEqual(['last', 'second', 'first', 'late']);
  });
});

/** Those that are over soon, and that nobody waits long for on a busy machine. */
const quick = [
  'gateway_killed',
  'killed_before_commit',
  'killed_before_answer',
  'killed_after_processor',
  'backend_killed',
  'database_cut',
  'gateway_cut',
  'processor_late',
  'processor_twice',
  'receiver_refuses',
] as const satisfies FaultKind[];

it('loses, doubles and unbalances nothing while much around it goes wrong', async () => {
  const { verdict, record, injected } = await chaos({
    seed: 1,
    seconds: 4,
    gateways: 2,
    workers: 1,
    shops: 2,
    shoppers: 2,
    kinds: quick,
  });
  expect(verdict).toEqual({
    lost: [],
    duplicated: [],
    unbalanced: [],
    disagreed: [],
    gaps: [],
    left: [],
    failures: [],
    seen: verdict.seen,
  });
  expect(isSound(verdict)).toBe(true);
  expect(record.tally.acknowledged).toBeGreaterThan(10);
  // Nobody may have come where they should have died, or have been connected just then; most is done.
  const done = Object.keys(injected.done);
  expect(done.length).toBeGreaterThan(quick.length / 2);
  expect(new Set([...done, ...injected.not.map(({ kind }) => kind)])).toEqual(new Set(quick));
});
