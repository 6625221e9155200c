import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Characteristics } from '../src/pay-score/characteristics.ts';
import type { Fact } from '../src/pay-score/explain/facts.ts';
import { families, familiesOf, familyOf } from '../src/pay-score/explain/families.ts';
import { loweringReasons, mainReasons } from '../src/pay-score/explain/main-reasons.ts';
import { bestSteps, scoreSteps } from '../src/pay-score/explain/next-steps.ts';
import { firstBinding } from '../src/pay-score/binding.ts';
import { fullModel } from '../src/pay-score/full-model.ts';
import { characteristicDefinitions } from '../src/pay-score/model/derive.ts';
import { faultOfHistory, type History, type Month } from '../src/pay-score/model/history.ts';
import { lowestScore } from '../src/pay-score/policy.ts';
import { scoreOf } from '../src/pay-score/score.ts';
import { type PayScore, scoreFrom } from '../src/pay-score/score-now.ts';
import { factText, stepText } from '../src/pages/parts/score.tsx';
import { locales } from '../src/shoppers/profile.ts';

const counts = fc.nat({ max: 60 });
const ownHistories: fc.Arbitrary<Characteristics> = fc
  .record({
    repaidInstallments: counts,
    dueInstallments: counts,
    onTime: fc.double({ min: 0, max: 1, noNaN: true }),
    paidEarly: counts,
    daysPastDue: fc.oneof(fc.constant(0), fc.nat({ max: 200 })),
    tenureDays: fc.nat({ max: 2000 }),
    openPlans: fc.nat({ max: 9 }),
    utilisationPercent: fc.option(fc.nat({ max: 130 })),
  })
  .map(({ onTime, ...facts }) => ({ ...facts, paidOnTime: Math.floor(facts.dueInstallments * onTime) }));

const months: fc.Arbitrary<Month> = fc.record({
  status: fc.integer({ min: -2, max: 5 }),
  billed: fc.integer({ min: -1000, max: 400_000 }),
  paid: fc.integer({ min: 0, max: 200_000 }),
});
const histories: fc.Arbitrary<History> = fc
  .record({
    limit: fc.integer({ min: 10_000, max: 1_000_000 }),
    months: fc.array(months, { minLength: 2, maxLength: 6 }),
  })
  .filter((history) => faultOfHistory(history) === undefined);

function ownScore(ownHistory: Characteristics): PayScore {
  return scoreFrom({ ownHistory, history: null, binding: null, evidence: null });
}

function fullScore(history: History, ownHistory: Characteristics = newcomer): PayScore {
  return scoreFrom({ ownHistory, history, binding: firstBinding('CNY'), evidence: null });
}

const newcomer: Characteristics = {
  repaidInstallments: 0,
  dueInstallments: 0,
  paidOnTime: 0,
  paidEarly: 0,
  daysPastDue: 0,
  tenureDays: 0,
  openPlans: 0,
  utilisationPercent: null,
};
const careless: Characteristics = {
  ...newcomer,
  repaidInstallments: 1,
  dueInstallments: 4,
  paidOnTime: 1,
  utilisationPercent: 80,
};
const month = (status: number, billed: number, paid: number): Month => ({ status, billed, paid });
const lateHistory: History = {
  limit: 140_000,
  months: [month(2, 90_000, 0), month(2, 85_000, 0), month(0, 80_000, 4000), month(0, 80_000, 4000)],
};
const goodHistory: History = {
  limit: 140_000,
  months: Array.from({ length: 6 }, () => month(-1, 9000, 9000)),
};

describe('families of reasons', () => {
  it('know every code of both score cards and of the trained tables', () => {
    const own = scoreOf(careless).reasons.map(({ code }) => code);
    const trained = characteristicDefinitions.map(({ code }) => code);
    const pairs = fullModel.pairs.flatMap(({ code }) => code.split('*'));
    for (const code of [...own, ...trained, ...pairs, 'bounds', 'phone_tenure', 'bureau']) {
      expect(familyOf(code), code).toBeDefined();
    }
    expect(familyOf('toString')).toBeUndefined();
  });

  it('sum to the score exactly, by the tables of own history and by the trained ones', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ownHistories.map(ownScore),
          histories.map((h) => fullScore(h)),
        ),
        (score) => {
          const told = familiesOf(score.reasons);
          expect(told.reduce((sum, { points }) => sum + points, 0)).toBe(score.score);
          expect(told.every(({ points }) => Number.isInteger(points))).toBe(true);
          expect(told.map(({ family }) => family)).toEqual(
            families.filter((family) => told.some((item) => item.family === family)),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('share two characteristics that count together, to the point', () => {
    expect(
      familiesOf([
        { code: 'base', points: 600 },
        { code: 'late_1*utilisation_1', points: 5 },
        { code: 'late_2*spend_1', points: -2 },
        { code: 'utilisation_1*utilisation_2', points: 4 },
        { code: 'spend_1*headroom', points: 3 },
      ]),
    ).toEqual([
      { family: 'base', points: 600 },
      // 2.5 - 1, and 2.5 + 4 + 1.5, and -1 + 1.5: of the two odd halves the earlier family gets the point.
      { family: 'lateness', points: 2 },
      { family: 'use', points: 8 },
      { family: 'purchases', points: 0 },
    ]);
  });

  it('put what a later version counted with the base, so that the sum stays the score', () => {
    const told = familiesOf([
      { code: 'base', points: 500 },
      { code: 'horoscope', points: 7 },
    ]);
    expect(told).toEqual([{ family: 'base', points: 507 }]);
  });
});

describe('main reasons', () => {
  it('are three, the strongest first, and never the base', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ownHistories.map(ownScore),
          histories.map((h) => fullScore(h)),
        ),
        (score) => {
          const told = familiesOf(score.reasons);
          const points = new Map(told.map(({ family, points: given }) => [family, given]));
          for (const reasons of [mainReasons(score), loweringReasons(score)]) {
            expect(new Set(reasons.map(({ family }) => family)).size).toBe(reasons.length);
            for (const reason of reasons) {
              expect(reason.family).not.toBe('base');
              expect(reason.points).toBe(points.get(reason.family));
            }
          }
          const main = mainReasons(score);
          expect(main).toHaveLength(3);
          const moved = main.filter(({ effect }) => effect !== 'open').map((item) => Math.abs(item.points));
          expect(moved).toEqual(moved.toSorted((a, b) => b - a));
          // Nothing that helped is a reason for a score that is too low.
          expect(loweringReasons(score).every(({ effect }) => effect !== 'raises')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of a score that is too low begin with something that lowered it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ownHistories.map(ownScore),
          histories.map((h) => fullScore(h)),
        ),
        (score) => {
          fc.pre(score.score < lowestScore);
          expect(loweringReasons(score)[0]?.effect).toBe('lowers');
        },
      ),
      { numRuns: 600 },
    );
  });

  it('carry the facts that they come from, in both languages', () => {
    const facts = (score: PayScore): Fact[] => mainReasons(score).map(({ fact }) => fact);
    expect(facts(ownScore(careless))).toEqual([
      { code: 'not_on_time', count: 3, of: 4 },
      { code: 'in_use', percent: 80 },
      { code: 'repaid', count: 1 },
    ]);
    expect(facts(fullScore(lateHistory))[0]).toEqual({ code: 'months_late', count: 2, of: 4 });
    expect(facts(fullScore(goodHistory))).toContainEqual({ code: 'no_month_late', of: 6 });
    const late: Fact = { code: 'months_late', count: 2, of: 6 };
    expect(factText('en', late)).toBe('In 2 of the last 6 months a payment was late.');
    expect(factText('zh-CN', late)).toBe('最近 6 个月中，有 2 个月出现逾期。');
    expect(factText('en', { code: 'in_use', percent: 80 })).toBe('You use 80 % of your limit.');
    expect(factText('zh-CN', { code: 'in_use', percent: 80 })).toBe('您使用了额度的 80%。');
    expect(factText('en', { code: 'no_month_late', of: 6 })).toBe(
      'No payment was late in the last 6 months.',
    );
  });

  it('say of a newcomer what they could still earn points by', () => {
    expect(mainReasons(ownScore(newcomer))).toEqual([
      { family: 'payments', points: 0, effect: 'open', fact: { code: 'none_repaid' } },
      { family: 'lateness', points: 0, effect: 'open', fact: { code: 'nothing_due' } },
      { family: 'history', points: 0, effect: 'open', fact: { code: 'days_known', days: 0 } },
    ]);
  });

  it('say what others confirmed, as far as somebody was asked', () => {
    const asked = scoreFrom({
      ownHistory: newcomer,
      history: null,
      binding: null,
      evidence: { phoneTenureMonths: 70, bureauBand: 'D' },
    });
    const [evidence] = mainReasons(asked);
    expect(evidence).toMatchObject({
      family: 'evidence',
      fact: { code: 'bureau_and_phone', band: 'D', months: 70 },
    });
    expect(factText('en', evidence!.fact)).toContain('grades you D');
    expect(factText('zh-CN', evidence!.fact)).toContain('等级为 D');
  });

  it('are told without an empty place, whatever the facts', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ownHistories.map(ownScore),
          histories.map((h) => fullScore(h)),
        ),
        (score) => {
          for (const locale of locales)
            for (const { fact } of mainReasons(score)) {
              expect(factText(locale, fact)).not.toMatch(/undefined|NaN|Infinity/);
              expect(factText(locale, fact).trim()).not.toBe('');
            }
        },
      ),
    );
  });
});

describe('what raises a score', () => {
  it('is found by scoring again, and never lowers it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ownHistories.map(ownScore),
          histories.map((h) => fullScore(h)),
        ),
        (score) => {
          for (const step of scoreSteps(score.inputs)) {
            expect(scoreFrom(step.inputs).score).toBe(step.score);
            expect(step.score).toBeGreaterThan(score.score);
          }
          const best = bestSteps(score.inputs, 3);
          expect(best.length).toBeLessThanOrEqual(3);
          for (const locale of locales)
            for (const step of best) expect(stepText(locale, step)).not.toMatch(/undefined|NaN/);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('names the smallest things first, then several together', () => {
    const steps = scoreSteps(ownScore({ ...careless, daysPastDue: 6 }).inputs);
    expect(steps[0]?.behaviour).toEqual([{ kind: 'pay_late' }]);
    expect(steps[1]?.behaviour).toEqual([{ kind: 'use_less', percent: 70 }]);
    const lengths = steps.map(({ behaviour }) => behaviour.length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(Math.max(...lengths)).toBe(3);
  });

  it('of the trained tables is time in which everything is paid', () => {
    const steps = scoreSteps(fullScore(lateHistory).inputs);
    expect(steps.length).toBeGreaterThan(0);
    for (const { behaviour } of steps) expect(behaviour[0]?.kind).toBe('months_on_time');
    expect(stepText('en', { behaviour: [{ kind: 'months_on_time', months: 2 }] })).toBe(
      'Make every payment of the next 2 months on its date',
    );
  });
});
