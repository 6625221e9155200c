import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minOf } from '../src/lib/money.ts';
import { termsPolicy } from '../src/pay-score/policy.ts';
import { openingTerms, type ReviewFacts, reviewTerms, type Terms } from '../src/standing/limit-policy.ts';
import { nextReviewOf } from '../src/standing/next-review.ts';
import { outlookOf } from '../src/standing/outlook.ts';

const { ladder, rateFrom, highestRatePpm, daysBetween, daysAfterWorse, pointsBeyondBorder } = termsPolicy;
const rates = [...rateFrom.map(([, rate]) => rate), highestRatePpm];

/** Somebody whose limit rises: a full file, paid on time, nothing late, long since the last change. */
const good: ReviewFacts = {
  now: { limit: 200_000n, annualRatePpm: 144_000 },
  targetLimit: 2_000_000n,
  ceiling: 20_000_000n,
  market: 'CN',
  taken: 50_000n,
  suspended: false,
  score: 720,
  scoredBy: 'full_model',
  daysPastDue: 0,
  cleanMonths: null,
  paidOnTime: 1,
  daysSince: { opened: 100, raise: null, cut: null, cheaper: null, dearer: null, declined: null },
};

const someDays = fc.option(fc.nat({ max: 400 }));
const anybody: fc.Arbitrary<ReviewFacts> = fc
  .record({
    targetLimit: fc.bigInt({ min: 1000n, max: 100_000_000n }),
    ceiling: fc.option(fc.bigInt({ min: 10_000n, max: 20_000_000n })),
    limitPerMille: fc.bigInt({ min: 0n, max: 1000n }),
    takenPerMille: fc.bigInt({ min: 0n, max: 1500n }),
    rate: fc.constantFrom(...rates),
    market: fc.constantFrom('CN', 'EU', 'UK', 'US'),
    suspended: fc.boolean(),
    score: fc.integer({ min: 300, max: 850 }),
    scoredBy: fc.constantFrom('own_history', 'full_model'),
    daysPastDue: fc.oneof(fc.constant(0), fc.nat({ max: 130 })),
    cleanMonths: fc.option(fc.nat({ max: 12 })),
    paidOnTime: fc.nat({ max: 3 }),
    daysSince: fc.record({
      opened: fc.nat({ max: 400 }),
      raise: someDays,
      cut: someDays,
      cheaper: someDays,
      dearer: someDays,
      declined: someDays,
    }),
  })
  .map(({ limitPerMille, takenPerMille, rate, ...facts }) => {
    const limit = (facts.targetLimit * limitPerMille) / 1000n;
    const taken = (limit * takenPerMille) / 1000n;
    return { ...facts, now: { limit, annualRatePpm: rate }, taken };
  });

const check = (property: (facts: ReviewFacts) => void) =>
  fc.assert(fc.property(anybody, property), { numRuns: 2000 });

describe('the terms that a line begins with', () => {
  it('are a tenth of the target whatever the score, and never above what the law allows', () => {
    for (const score of [300, 480, 620, 850]) {
      expect(openingTerms({ score, targetLimit: 2_000_000n, ceiling: null }).limit).toBe(200_000n);
    }
    expect(openingTerms({ score: 850, targetLimit: 400_000_000n, ceiling: 20_000_000n }).limit).toBe(
      20_000_000n,
    );
  });
});

describe('a review', () => {
  it('never gives worse terms for a better score', () => {
    fc.assert(
      fc.property(anybody, fc.integer({ min: 300, max: 850 }), (facts, other) => {
        const [low, high] = facts.score < other ? [facts.score, other] : [other, facts.score];
        const worse = reviewTerms({ ...facts, score: low });
        const better = reviewTerms({ ...facts, score: high });
        expect(better.limit).toBeGreaterThanOrEqual(worse.limit);
        expect(better.annualRatePpm).toBeLessThanOrEqual(worse.annualRatePpm);
      }),
      { numRuns: 2000 },
    );
  });

  it('never raises above the target, the law, half as much again or the next step', () => {
    check((facts) => {
      const { now, targetLimit, ceiling } = facts;
      const { limit, raise } = reviewTerms(facts);
      if (limit <= now.limit) {
        expect(raise).toBeNull();
        return;
      }
      expect(limit).toBeLessThanOrEqual(targetLimit);
      expect(limit).toBeLessThanOrEqual(ceiling ?? limit);
      expect(limit * 2n).toBeLessThanOrEqual(now.limit * 3n);
      const steps = ladder.map((percent) => (targetLimit * percent) / 100n);
      expect(steps.filter((step) => step > now.limit && step < limit)).toEqual([]);
      expect(raise).toBe(facts.market === 'CN' ? 'applied' : 'offered');
    });
  });

  it('never cuts below what is used and held', () => {
    check((facts) => {
      const { limit } = reviewTerms(facts);
      expect(limit).toBeGreaterThanOrEqual(minOf(facts.now.limit, facts.taken));
    });
  });

  it('raises nobody who is late, suspended, thin beyond a tenth, unpaid, full or just changed', () => {
    check((facts) => {
      const { limit, obstacles } = reviewTerms(facts);
      const raised = limit > facts.now.limit;
      const { daysSince } = facts;
      const mayNot =
        facts.daysPastDue >= 4 ||
        facts.suspended ||
        facts.paidOnTime === 0 ||
        (facts.cleanMonths !== null && facts.cleanMonths < 2) ||
        (facts.scoredBy === 'own_history' && facts.now.limit * 10n >= facts.targetLimit) ||
        facts.taken * 10n >= facts.now.limit * 9n ||
        daysSince.opened < daysBetween ||
        (daysSince.raise !== null && daysSince.raise < daysBetween) ||
        (daysSince.cut !== null && daysSince.cut < daysAfterWorse) ||
        (daysSince.declined !== null && daysSince.declined < 180);
      if (mayNot) expect(raised).toBe(false);
      // Whoever is not raised and not cut is told why.
      if (limit === facts.now.limit) expect(obstacles).not.toEqual([]);
      if (raised) expect(obstacles).toEqual([]);
    });
  });

  it('gives a reason for each change, and none where nothing changes', () => {
    check((facts) => {
      const { limit, annualRatePpm, limitReasons, priceReasons } = reviewTerms(facts);
      expect(limitReasons.length > 0).toBe(limit !== facts.now.limit);
      expect(priceReasons.length > 0).toBe(annualRatePpm !== facts.now.annualRatePpm);
      expect(rates).toContain(annualRatePpm);
    });
  });

  it('does nothing more when it is repeated on the same day', () => {
    check((facts) => {
      const first = reviewTerms(facts);
      const again = reviewTerms(after(facts, first, 0));
      expect(again.limit).toBe(first.limit);
      expect(again.annualRatePpm).toBe(first.annualRatePpm);
    });
  });
});

/** The facts so many days after a review whose terms were applied. */
function after(facts: ReviewFacts, terms: Terms, days: number, score = facts.score): ReviewFacts {
  const { now, daysSince } = facts;
  const next = (changed: boolean, since: number | null) =>
    changed ? days : since === null ? null : since + days;
  return {
    ...facts,
    score,
    now: { limit: terms.limit, annualRatePpm: terms.annualRatePpm },
    daysSince: {
      opened: daysSince.opened + days,
      raise: next(terms.limit > now.limit, daysSince.raise),
      cut: next(terms.limit < now.limit, daysSince.cut),
      cheaper: next(terms.annualRatePpm < now.annualRatePpm, daysSince.cheaper),
      dearer: next(terms.annualRatePpm > now.annualRatePpm, daysSince.dearer),
      declined: next(false, daysSince.declined),
    },
  };
}

/** Reviews month after month with these scores; returns how often limit and price changed. */
function walk(facts: ReviewFacts, scores: readonly number[]): { terms: Terms[]; last: ReviewFacts } {
  let at = facts;
  const terms: Terms[] = [];
  for (const score of scores) {
    at = { ...at, score };
    const { limit, annualRatePpm } = reviewTerms(at);
    terms.push({ limit, annualRatePpm });
    at = after(at, { limit, annualRatePpm }, 30);
  }
  return { terms, last: at };
}

describe('month after month', () => {
  it('a good score brings the limit up step by step to the target, and the price down to the lowest', () => {
    const { terms } = walk(
      good,
      Array.from({ length: 8 }, () => 720),
    );
    expect(terms.map(({ limit }) => Number(limit) / 20_000)).toEqual([15, 20, 30, 40, 55, 75, 100, 100]);
    expect(terms.map(({ annualRatePpm }) => annualRatePpm / 1000)).toEqual([
      126, 108, 90, 72, 72, 72, 72, 72,
    ]);
  });

  it('scores on both sides of a border move the terms at most once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(480, 540, 580, 620, 660, 700),
        fc.array(fc.integer({ min: 1 - pointsBeyondBorder, max: pointsBeyondBorder - 1 }), {
          minLength: 24,
          maxLength: 24,
        }),
        fc.constantFrom(...ladder),
        fc.constantFrom(...rates),
        (border, offsets, percent, annualRatePpm) => {
          const limit = (good.targetLimit * percent) / 100n;
          // Long enough at the border for every raise to have happened that its score carries.
          const settled = walk(
            { ...good, now: { limit, annualRatePpm }, taken: 0n },
            Array.from({ length: 12 }, () => border),
          ).last;
          const { terms } = walk(
            settled,
            offsets.map((offset) => border + offset),
          );
          expect(changes([settled.now, ...terms].map((item) => item.limit))).toBeLessThanOrEqual(1);
          expect(changes([settled.now, ...terms].map((item) => item.annualRatePpm))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('no scores whatever raise twice within thirty days or within sixty after a cut', () => {
    fc.assert(
      fc.property(
        anybody,
        fc.array(fc.tuple(fc.integer({ min: 300, max: 850 }), fc.integer({ min: 1, max: 40 })), {
          maxLength: 40,
        }),
        (facts, reviews) => {
          let at: ReviewFacts = { ...facts, market: 'CN' };
          let today = 0;
          let raisedOn = -Infinity;
          let cutOn = -Infinity;
          for (const [score, days] of reviews) {
            at = { ...at, score, daysSince: { ...at.daysSince } };
            const terms = reviewTerms(at);
            if (terms.limit > at.now.limit) {
              expect(today - raisedOn).toBeGreaterThanOrEqual(30);
              expect(today - cutOn).toBeGreaterThanOrEqual(60);
              raisedOn = today;
            } else if (terms.limit < at.now.limit) cutOn = today;
            at = after(at, terms, days);
            today += days;
          }
        },
      ),
    );
  });
});

function changes(values: readonly (bigint | number)[]): number {
  return values.filter((value, index) => index > 0 && value !== values[index - 1]).length;
}

describe('a limit', () => {
  it('falls at once to what a lower score carries, and not below what is taken', () => {
    const high = { ...good, now: { limit: 2_000_000n, annualRatePpm: 72_000 } };
    expect(reviewTerms({ ...high, score: 650 })).toMatchObject({
      limit: 1_100_000n,
      limitReasons: ['score_fell'],
      annualRatePpm: 108_000,
      priceReasons: ['score_fell'],
    });
    expect(reviewTerms({ ...high, score: 650, taken: 1_700_000n }).limit).toBe(1_700_000n);
    expect(reviewTerms({ ...high, score: 650, taken: 2_500_000n }).limit).toBe(2_000_000n);
    expect(reviewTerms({ ...high, score: 479 }).limit).toBe(200_000n);
  });

  it('falls a step after 31 days past due, and another one each thirty days', () => {
    const late = { ...good, now: { limit: 800_000n, annualRatePpm: 126_000 }, suspended: true };
    expect(reviewTerms({ ...late, daysPastDue: 30 }).limit).toBe(800_000n);
    const first = reviewTerms({ ...late, daysPastDue: 31 });
    expect(first).toMatchObject({ limit: 600_000n, limitReasons: ['long_overdue'] });
    const then = after({ ...late, daysPastDue: 60 }, first, 29);
    expect(reviewTerms(then).limit).toBe(600_000n);
    expect(reviewTerms({ ...after(late, first, 30), daysPastDue: 61 }).limit).toBe(400_000n);
  });

  it('comes back a step at a time, after two clean months and sixty days', () => {
    const restored = {
      ...good,
      now: { limit: 600_000n, annualRatePpm: 126_000 },
      cleanMonths: 1,
      daysSince: { ...good.daysSince, cut: 70 },
    };
    expect(reviewTerms(restored)).toMatchObject({ limit: 600_000n, obstacles: ['clean_months'] });
    expect(reviewTerms({ ...restored, cleanMonths: 2 })).toMatchObject({
      limit: 800_000n,
      raise: 'applied',
      limitReasons: ['clean_again'],
    });
  });

  it('of a thin file stays at a tenth, and one that stands higher is not cut for being thin', () => {
    const thin = { ...good, scoredBy: 'own_history' as const, score: 745 };
    expect(reviewTerms(thin)).toMatchObject({ limit: 200_000n, obstacles: ['thin_file'] });
    const higher = { ...thin, now: { limit: 800_000n, annualRatePpm: 72_000 } };
    expect(reviewTerms(higher)).toMatchObject({ limit: 800_000n, obstacles: ['thin_file'] });
  });

  it('stops at ¥200,000 in China, also when the target is higher', () => {
    const rich = { ...good, targetLimit: 40_000_000n, now: { limit: 16_000_000n, annualRatePpm: 72_000 } };
    const { limit } = reviewTerms(rich);
    expect(limit).toBe(20_000_000n);
    expect(reviewTerms({ ...rich, now: { limit, annualRatePpm: 72_000 } }).obstacles).toEqual(['at_target']);
    expect(reviewTerms({ ...rich, ceiling: 10_000_000n })).toMatchObject({
      limit: 10_000_000n,
      limitReasons: ['legal_ceiling'],
    });
  });

  it('is raised where the shopper is asked first only by their consent', () => {
    expect(reviewTerms({ ...good, market: 'EU', ceiling: null })).toMatchObject({
      limit: 300_000n,
      raise: 'offered',
    });
  });
});

describe('a price', () => {
  it('gets better a tier at a time from ten points beyond the border on, and worse at the border', () => {
    const at = (score: number, annualRatePpm: number) =>
      reviewTerms({ ...good, score, now: { ...good.now, annualRatePpm } }).annualRatePpm;
    expect(at(669, 108_000)).toBe(108_000);
    expect(at(670, 108_000)).toBe(90_000);
    expect(at(850, 108_000)).toBe(90_000);
    expect(at(660, 90_000)).toBe(90_000);
    expect(at(659, 90_000)).toBe(108_000);
    expect(at(300, 72_000)).toBe(180_000);
  });

  it('does not get better while something is late or was, and not within sixty days after it got worse', () => {
    const now = { ...good.now, annualRatePpm: 180_000 };
    expect(reviewTerms({ ...good, now }).annualRatePpm).toBe(144_000);
    for (const change of [
      { daysPastDue: 4 },
      { suspended: true },
      { cleanMonths: 1 },
      { daysSince: { ...good.daysSince, dearer: 59 } },
      { daysSince: { ...good.daysSince, cheaper: 29 } },
      { daysSince: { ...good.daysSince, opened: 29 } },
    ]) {
      expect(reviewTerms({ ...good, now, ...change }).annualRatePpm).toBe(180_000);
    }
  });
});

describe('the outlook', () => {
  it('names scores at which the terms then do change', () => {
    check((facts) => {
      const { raiseFromScore, cheaper, dearer, raiseTo, cutTo } = outlookOf(facts);
      const at = (score: number) =>
        reviewTerms({
          ...good,
          now: facts.now,
          targetLimit: facts.targetLimit,
          ceiling: null,
          taken: 0n,
          score,
        });
      // No line stands below the first step.
      if (raiseFromScore !== null && facts.now.limit * 10n >= facts.targetLimit) {
        expect(at(raiseFromScore).limit).toBeGreaterThan(facts.now.limit);
        expect(at(raiseFromScore - 1).limit).toBeLessThanOrEqual(facts.now.limit);
      }
      if (cheaper) {
        expect(at(cheaper.fromScore).annualRatePpm).toBe(cheaper.annualRatePpm);
        expect(at(cheaper.fromScore - 1).annualRatePpm).toBeGreaterThanOrEqual(facts.now.annualRatePpm);
      }
      if (dearer) expect(at(dearer.belowScore - 1).annualRatePpm).toBe(dearer.annualRatePpm);
      if (raiseTo !== null) expect(raiseTo).toBeGreaterThan(facts.now.limit);
      if (cutTo !== null) expect(cutTo).toBeLessThan(facts.now.limit);
    });
  });
});

describe('the next review', () => {
  const next = (change: Partial<ReviewFacts>, today = '2027-01-31', offerEndsOn: string | null = null) => {
    const facts = { ...good, ...change };
    return nextReviewOf({ today, facts, review: reviewTerms(facts), offerEndsOn });
  };
  const rested = { ...good.daysSince, raise: 400 };
  const unmoved = { score: 600, now: { limit: 800_000n, annualRatePpm: 126_000 }, daysSince: rested };

  it('comes when the month is over, or when the rest after a raise is', () => {
    expect(next(unmoved)).toBe('2027-02-01');
    expect(next(unmoved, '2027-02-28')).toBe('2027-03-01');
    // Raised on 1 February: thirty days end on 3 March.
    expect(next({}, '2027-02-01')).toBe('2027-03-03');
  });

  it('does not come while nothing of the line is used, held, late or offered', () => {
    expect(next({ ...unmoved, taken: 0n })).toBeNull();
    expect(next({ ...unmoved, taken: 0n }, '2027-01-31', '2027-02-10')).toBe('2027-02-10');
  });

  it('comes when only a rest stood in the way, also of a line that was paid back', () => {
    const resting = { taken: 0n, daysSince: { ...rested, raise: 10 } };
    expect(next(resting)).toBe('2027-02-20');
  });

  it('comes when a lateness gets long, and each thirty days after it', () => {
    const late = { ...unmoved, suspended: true, cleanMonths: 0 };
    expect(next({ ...late, daysPastDue: 10 }, '2027-01-02')).toBe('2027-01-23');
    expect(next({ ...late, daysPastDue: 31 }, '2027-01-02')).toBe('2027-02-01');
    expect(next({ ...late, daysPastDue: 40, daysSince: { ...rested, cut: 9 } }, '2027-01-02')).toBe(
      '2027-01-23',
    );
  });

  it('always lies after the day of the review', () => {
    check((facts) => {
      const on = nextReviewOf({
        today: '2027-01-15',
        facts,
        review: reviewTerms(facts),
        offerEndsOn: '2027-01-20',
      });
      expect(on !== null && on > '2027-01-15').toBe(true);
    });
  });
});
