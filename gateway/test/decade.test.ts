import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Decade, runDecade } from '../../bench/decade/run.ts';
import { propertyTimeoutMs } from './support/runs.ts';
import { openWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: propertyTimeoutMs, hookTimeout: 2 * propertyTimeoutMs });

/** More plans, and longer ones, in the full check; while somebody works, what is enough to see each kind of end. */
const size = process.env.CI
  ? { plans: 80, years: 1, seed: 7, mostMonths: 6 }
  : { plans: 40, years: 1, seed: 14, mostMonths: 3 };

let world: World;
let decade: Decade;

// The books are checked on each of its days, all of them from the beginning at the end of a year; it throws if they are wrong.
beforeAll(async () => {
  world = await openWorld();
  decade = await runDecade(world.context, size);
});
afterAll(() => world?.close());

describe('plans of all kinds, with every business date swept until none is open', () => {
  it('all end: paid, canceled, charged off or recovered', () => {
    const { paid = 0, canceled = 0, charged_off: chargedOff = 0, recovered = 0, ...others } = decade.ends;
    expect(others).toEqual({});
    expect(paid + canceled + chargedOff + recovered).toBe(size.plans);
    expect(paid).toBeGreaterThan(0);
    expect(chargedOff + recovered).toBeGreaterThan(0);
    expect(world.errors).toEqual([]);
  });

  it('are lived through: misses, reminders, fees, refunds and payoffs happened', () => {
    for (const type of ['repayment.failed', 'installment.reminder', 'late_fee.charged', 'refund.succeeded'])
      expect(decade.events[type], type).toBeGreaterThan(0);
  });

  it('cost nothing any more once they are closed', () => {
    const { before, after } = decade.emptyStatements;
    expect(after).toBe(before);
    const { days } = decade;
    const quiet = days.filter(({ openPlans, idle }) => openPlans === 0 && idle);
    expect(quiet.every(({ idle }) => idle?.statements === before)).toBe(true);
  });
});
