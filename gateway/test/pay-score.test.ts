import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Characteristics } from '../src/pay-score/characteristics.ts';
import { limitOf, targetLimitOf } from '../src/pay-score/policy.ts';
import { scoreOf } from '../src/pay-score/score.ts';

const counts = fc.nat({ max: 500 });
const anyone: fc.Arbitrary<Characteristics> = fc
  .record({
    repaidInstallments: counts,
    dueInstallments: counts,
    onTime: fc.double({ min: 0, max: 1, noNaN: true }),
    paidEarly: counts,
    daysPastDue: fc.nat({ max: 5000 }),
    tenureDays: fc.nat({ max: 20_000 }),
    openPlans: counts,
    utilisationPercent: fc.option(fc.nat({ max: 1000 })),
  })
  .map(({ onTime, ...facts }) => ({ ...facts, paidOnTime: Math.floor(facts.dueInstallments * onTime) }));

const nobody: Characteristics = {
  repaidInstallments: 0,
  dueInstallments: 0,
  paidOnTime: 0,
  paidEarly: 0,
  daysPastDue: 0,
  tenureDays: 0,
  openPlans: 0,
  utilisationPercent: null,
};

describe('the pay score', () => {
  it('lies between 300 and 850 and is the sum of its reasons, whatever the history', () => {
    fc.assert(
      fc.property(anyone, (facts) => {
        const score = scoreOf(facts);
        expect(score.score).toBe(score.reasons.reduce((sum, { points }) => sum + points, 0));
        expect(score.score).toBeGreaterThanOrEqual(300);
        expect(score.score).toBeLessThanOrEqual(850);
      }),
    );
  });

  it.each([
    ['daysPastDue', -1],
    ['openPlans', -1],
    ['repaidInstallments', 1],
    ['tenureDays', 1],
    ['paidEarly', 1],
  ] as const)('never improves against its sense when only %s grows', (name, sense) => {
    fc.assert(
      fc.property(anyone, counts, (facts, more) => {
        const grown = scoreOf({ ...facts, [name]: facts[name] + more });
        expect(sense * (grown.score - scoreOf(facts).score)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('of who has no history adds nothing to the base and takes nothing off', () => {
    const score = scoreOf(nobody);
    expect(score.score).toBe(540);
    expect(score.reasons.filter((reason) => reason.points !== 0)).toEqual([
      { code: 'base', value: null, points: 540 },
    ]);
  });

  it('starts a thin file at a tenth of the target limit, whatever the score', () => {
    for (const currency of ['CNY', 'JPY', 'KWD']) {
      const targetLimit = targetLimitOf(currency);
      for (const repaidInstallments of [0, 1, 2]) {
        for (const score of [480, 700, 850]) {
          const limit = limitOf({ score, facts: { ...nobody, repaidInstallments }, targetLimit });
          expect(limit * 10n).toBe(targetLimit);
        }
      }
      const facts = { ...nobody, repaidInstallments: 3 };
      const limits = [300, 580, 620, 660, 700].map((score) => limitOf({ score, facts, targetLimit }));
      expect(limits).toEqual(limits.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(limits.at(-1)).toBe(targetLimit);
    }
  });
});
