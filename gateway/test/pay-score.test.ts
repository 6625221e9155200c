import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Characteristics } from '../src/pay-score/characteristics.ts';
import { scoreOf } from '../src/pay-score/score.ts';
import { bureauBands, type Evidence } from '../src/shoppers/evidence-port.ts';

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

const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  phoneTenureMonths: fc.option(fc.nat({ max: 1200 })),
  bureauBand: fc.option(fc.constantFrom(...bureauBands)),
});

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
      fc.property(anyone, fc.option(anyEvidence), (facts, evidence) => {
        const score = scoreOf(facts, evidence);
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

  it('takes from outside only what was said, and counts nothing for what nobody was asked', () => {
    const pointsOf = (evidence: Evidence | null) => scoreOf(nobody, evidence).score - 540;
    expect(pointsOf(null)).toBe(0);
    expect(pointsOf({ phoneTenureMonths: null, bureauBand: null })).toBe(0);
    expect(
      [0, 5, 6, 24, 60].map((phoneTenureMonths) => pointsOf({ phoneTenureMonths, bureauBand: null })),
    ).toEqual([0, 0, 10, 15, 20]);
    expect(bureauBands.map((bureauBand) => pointsOf({ phoneTenureMonths: null, bureauBand }))).toEqual([
      30, 15, 0, -25, -50,
    ]);
  });

  it('ends at the end of the scale, which is a reason of its own', () => {
    const worst = { ...nobody, dueInstallments: 9, daysPastDue: 99, openPlans: 9, utilisationPercent: 99 };
    expect(scoreOf(worst, null).score).toBe(305);
    const { score, reasons } = scoreOf(worst, { phoneTenureMonths: 0, bureauBand: 'E' });
    expect(score).toBe(300);
    expect(reasons.at(-1)).toEqual({ code: 'bounds', value: null, points: 45 });
  });
});
