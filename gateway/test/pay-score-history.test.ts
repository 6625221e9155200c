import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstBinding } from '../src/pay-score/binding.ts';
import type { Characteristics } from '../src/pay-score/characteristics.ts';
import { fewestBad, fitBinding, type Outcome, outcomesOf } from '../src/pay-score/fit-binding.ts';
import { fullModel } from '../src/pay-score/full-model.ts';
import { historyOf, statusesOf } from '../src/pay-score/history.ts';
import { monthEndAfter, type ScoreMonth } from '../src/pay-score/months.ts';
import { targetLimitOf } from '../src/pay-score/policy.ts';
import { scoreFrom, type ScoreInputs } from '../src/pay-score/score-now.ts';
import { runs } from './support/runs.ts';

// Amounts are cents of yuan; lists of months begin with the newest.

const newestEnd = '2026-12-31';
const binding = firstBinding('CNY');
const targetLimit = targetLimitOf('CNY');

type Facts = Partial<Omit<ScoreMonth, 'monthEnd'>>;

/** Who owes something at the end of the first month has bought it in that month. */
function monthsOf(...facts: Facts[]): ScoreMonth[] {
  return facts.map((fact, index) => ({
    monthEnd: monthEndAfter(newestEnd, -index),
    billed: 0n,
    paid: 0n,
    daysPastDue: 0,
    paused: false,
    captured: index === facts.length - 1 && fact.billed !== undefined,
    paidLate: false,
    ...fact,
  }));
}

const owing = { billed: 100_000n };

const good: Characteristics = {
  repaidInstallments: 6,
  dueInstallments: 6,
  paidOnTime: 6,
  paidEarly: 0,
  daysPastDue: 0,
  tenureDays: 200,
  openPlans: 1,
  utilisationPercent: 20,
};

const inputsOf = (months: ScoreMonth[]): ScoreInputs => ({
  ownHistory: good,
  history: historyOf(months, { binding, targetLimit }),
  binding,
  evidence: null,
});

describe('the status of a month', () => {
  it.each([
    [3, 0],
    [4, 2],
    [30, 2],
    [31, 3],
    [60, 3],
    [61, 4],
    [400, 4],
  ])('after %i days past due is %i', (daysPastDue, status) => {
    expect(statusesOf(monthsOf({ ...owing, daysPastDue }, owing, owing))[0]).toBe(status);
  });

  it.each<[string, Facts[], number[]]>([
    ['without anything owed or bought is -2', [{}, {}], [-2, -2]],
    ['in which somebody buys who owed nothing is -1', [{ ...owing, captured: true }, {}], [-1, -2]],
    ['in which all that was owed is paid is -1', [{ paid: 100_000n }, owing], [-1, -1]],
    ['in which more than was owed is paid is -1', [{ ...owing, paid: 150_000n }, owing], [-1, -1]],
    ['in which a part was paid is 0', [{ ...owing, paid: 99_999n }, owing], [0, -1]],
    ['in which nothing was to be paid yet is 0', [owing, owing], [0, -1]],
    [
      'after a missed one is 1 when it is the newest',
      [owing, { ...owing, daysPastDue: 9 }, owing],
      [1, 2, -1],
    ],
    ['after a missed one is 0 later', [owing, owing, { ...owing, daysPastDue: 9 }, owing], [0, 0, 2, -1]],
    ['with a late payment is 1 when it is the newest', [{ ...owing, paidLate: true }, owing], [1, -1]],
    ['with a late payment is 0 later', [owing, { ...owing, paidLate: true }, owing], [0, 0, -1]],
    ['with a late payment of all is -1', [{ paid: 100_000n, paidLate: true }, owing], [-1, -1]],
    ['of lateness comes before all else', [{ ...owing, paid: 900_000n, daysPastDue: 5 }, owing], [2, -1]],
    [
      'after a pause is no more than a month can bring',
      [
        { ...owing, daysPastDue: 100 },
        { ...owing, paused: true },
        { ...owing, daysPastDue: 40 },
      ],
      [3, 0, 3],
    ],
  ])('%s', (_, facts, statuses) => {
    expect(statusesOf(monthsOf(...facts))).toEqual(statuses);
  });
});

describe('a history for the trained tables', () => {
  it('has the target limit and all amounts in the money of the training data, and six months at most', () => {
    const facts = Array.from({ length: 7 }, (_, index) => ({
      billed: BigInt(index + 1) * 100_000n,
      paid: 50_000n,
    }));
    const history = historyOf(monthsOf(...facts), { binding, targetLimit });
    // 140,000 for 20,000 yuan.
    expect(history?.limit).toBe(140_000);
    expect(history?.months).toHaveLength(6);
    expect(history?.months.map(({ billed }) => billed)).toEqual([
      7000, 14_000, 21_000, 28_000, 35_000, 42_000,
    ]);
    expect(history?.months[0]?.paid).toBe(3500);
  });

  it.each([
    [1n, 10_000],
    [targetLimit / 2n, 70_000],
    [targetLimit * 100n, 1_000_000],
  ])('of a target limit of %s has the limit %i', (limit, expected) => {
    expect(historyOf(monthsOf(owing, owing), { binding, targetLimit: limit })?.limit).toBe(expected);
  });

  it('says the same of the same life in every currency', () => {
    const inYen = { binding: firstBinding('JPY'), targetLimit: targetLimitOf('JPY') };
    const yuan = historyOf(monthsOf({ billed: 100_000n, paid: 20_000n }, owing), { binding, targetLimit });
    // 400,000 yen is what 20,000 yuan are.
    const yen = historyOf(monthsOf({ billed: 20_000n, paid: 4_000n }, { billed: 20_000n }), inYen);
    expect(yen).toEqual(yuan);
  });

  it('waits for two months with a bill or a purchase, and is not made of what is long past', () => {
    const of = (...facts: Facts[]) => historyOf(monthsOf(...facts), { binding, targetLimit });
    expect(of()).toBeNull();
    expect(of(owing)).toBeNull();
    expect(of({}, owing)).toBeNull();
    expect(of({ captured: true }, owing)?.months).toHaveLength(2);
    expect(of({}, {}, owing, {}, owing)?.months).toHaveLength(5);
    expect(of({}, {}, {}, {}, {}, owing, owing)).toBeNull();
  });
});

/** Months that can be: lateness grows by the days of a month, or is paid. */
const anyMonths: fc.Arbitrary<ScoreMonth[]> = fc
  .array(
    fc.record({
      billed: fc.bigInt({ min: 0n, max: 3_000_000n }),
      paid: fc.bigInt({ min: 0n, max: 3_000_000n }),
      goesOn: fc.boolean(),
      isLate: fc.integer({ min: -40, max: 31 }),
      paused: fc.boolean(),
      captured: fc.boolean(),
      paidLate: fc.boolean(),
    }),
    { minLength: 2, maxLength: 7 },
  )
  .map((drawn) => {
    const months: ScoreMonth[] = [];
    for (const { goesOn, isLate, ...facts } of drawn.toReversed()) {
      const before = months[0]?.daysPastDue ?? 0;
      const days = goesOn && before > 0 ? before + 30 : Math.max(0, isLate);
      const daysPastDue = facts.billed > 0n ? days : 0;
      const monthEnd = monthEndAfter(newestEnd, months.length + 1 - drawn.length);
      months.unshift({ monthEnd, ...facts, daysPastDue });
    }
    return months;
  });

describe('the full score', () => {
  it('is whole, within 300 and 850, and the sum of its reasons, whatever months there can be', () => {
    fc.assert(
      fc.property(anyMonths, (months) => {
        const inputs = inputsOf(months);
        fc.pre(inputs.history !== null);
        const score = scoreFrom(inputs);
        expect(score).toMatchObject({ scoredBy: 'full_model', refused: null });
        expect(score.modelHash).toBe(fullModel.file.sha256);
        expect(score.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score.score);
        expect(score.score).toBeGreaterThanOrEqual(300);
        expect(score.score).toBeLessThanOrEqual(850);
        expect(score.pd).toBeGreaterThan(0);
        expect(score.pd).toBeLessThan(1);
      }),
      runs(),
    );
  });

  it('is made again exactly from what is stored of its inputs', () => {
    fc.assert(
      fc.property(anyMonths, (months) => {
        const inputs = inputsOf(months);
        const stored = JSON.parse(JSON.stringify(inputs)) as ScoreInputs;
        expect(scoreFrom(stored)).toEqual(scoreFrom(inputs));
      }),
      runs(),
    );
  });

  it('of who misses payments is worse than of who pays as agreed', () => {
    const steady = { billed: 60_000n, paid: 20_000n };
    const paying = scoreFrom(inputsOf(monthsOf(steady, steady, steady, steady, owing)));
    const missing = scoreFrom(
      inputsOf(monthsOf({ ...owing, daysPastDue: 45 }, { ...owing, daysPastDue: 15 }, steady, steady, owing)),
    );
    expect(paying.score).toBeGreaterThan(missing.score + 50);
    expect(paying.pd ?? 1).toBeLessThan(missing.pd ?? 0);
  });

  it('gives up on months that contradict each other, and says which fact does', () => {
    const inputs = inputsOf(monthsOf({ ...owing, daysPastDue: 100 }, owing, owing));
    const score = scoreFrom(inputs);
    expect(score).toMatchObject({
      scoredBy: 'own_history',
      pd: null,
      refused: {
        field: 'status',
        month: 1,
        reason: expect.stringContaining('4 months late after 0') as string,
      },
      inputs,
    });
    expect(score.score).toBe(scoreFrom({ ...inputs, history: null }).score);
  });
});

describe('the binding of the trained tables to one’s own book', () => {
  it('begins with the bad rate that a book of shipped orders can expect', () => {
    const logit = (rate: number) => Math.log(rate / (1 - rate));
    expect(binding.b).toBe(1);
    expect(binding.a).toBeCloseTo(logit(0.03) - logit(0.2212), 2);
    expect(binding.k * Number(targetLimit)).toBeCloseTo(140_000, 6);
  });

  it('takes the outcome from the month after, and leaves out who was late already', () => {
    const steady = { billed: 60_000n, paid: 20_000n };
    const months = monthsOf({ ...owing, daysPastDue: 34 }, { ...owing, daysPastDue: 4 }, steady, steady, {
      ...owing,
      captured: true,
    });
    const outcomes = outcomesOf(fullModel, months, { binding, targetLimit });
    // Judged at the ends of the second and third month; the first one alone says too little.
    expect(outcomes.map(({ bad }) => bad)).toEqual([true, false]);
    const trained = scoreFrom(inputsOf(months.slice(2)));
    const pd = 1 / (1 + Math.exp(-(binding.a + binding.b * (outcomes[0]?.trained ?? 0))));
    expect(pd).toBeCloseTo(trained.pd ?? 0, 12);
  });

  it('finds the a and b that the outcomes were drawn with', () => {
    const [a, b] = [-1.4, 0.8];
    const outcomes: Outcome[] = [];
    for (let step = 0; step <= 60; step += 1) {
      const trained = -3 + step / 10;
      const pd = 1 / (1 + Math.exp(-(a + b * trained)));
      for (let row = 0; row < 1000; row += 1) outcomes.push({ trained, bad: row < Math.round(1000 * pd) });
    }
    const fitted = fitBinding(outcomes, binding);
    expect(fitted?.a).toBeCloseTo(a, 2);
    expect(fitted?.b).toBeCloseTo(b, 2);
  });

  it('stays as it is before there are 500 bad outcomes, and where the tables order the book the wrong way', () => {
    const drawn = (bad: number, of: number, trained: number): Outcome[] =>
      Array.from({ length: of }, (_, row) => ({ trained, bad: row < bad }));
    const rising = [...drawn(fewestBad / 2 - 1, 5000, -2), ...drawn(fewestBad / 2, 2500, 0)];
    expect(fitBinding(rising, binding)).toBeUndefined();
    expect(fitBinding([...rising, ...drawn(1, 1, 0)], binding)?.b).toBeGreaterThan(0);
    expect(fitBinding([...drawn(600, 2000, -2), ...drawn(100, 2000, 1)], binding)).toBeUndefined();
    expect(fitBinding(drawn(700, 700, 0), binding)).toBeUndefined();
    expect(fitBinding(drawn(700, 1400, 0), binding)).toBeUndefined();
  });
});
