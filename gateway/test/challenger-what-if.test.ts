import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeclineCode } from '../src/pay-score/assessments.ts';
import { lowestScore, termsPolicy } from '../src/pay-score/policy.ts';
import { cutCurve } from '../src/pay-score/what-if/curve.ts';
import { decideAgain } from '../src/pay-score/what-if/decide-again.ts';
import type { Decided } from '../src/pay-score/what-if/decided.ts';
import { limitBounds, parseSteps, rateBounds } from '../src/pay-score/what-if/parse-steps.ts';
import { whatIf } from '../src/pay-score/what-if/what-if.ts';
import { declineOf } from '../src/standing/standing.ts';

type Facts = {
  score: number;
  limit: bigint;
  taken: bigint;
  amount: bigint;
  daysPastDue: number;
  suspended: boolean;
  funded: boolean;
};

const facts: fc.Arbitrary<Facts> = fc.record({
  score: fc.integer({ min: 300, max: 850 }),
  limit: fc.bigInt({ min: 0n, max: 2_000_000n }),
  taken: fc.bigInt({ min: 0n, max: 2_000_000n }),
  amount: fc.bigInt({ min: 1n, max: 2_000_000n }),
  daysPastDue: fc.constantFrom(0, 0, 0, 3, 4, 40),
  suspended: fc.constantFrom(false, false, false, true),
  funded: fc.constantFrom(true, true, true, false),
});
const cut = fc.integer({ min: 300, max: 850 });

const availableOf = ({ limit, taken }: Facts) => (limit > taken ? limit - taken : 0n);

/** What the rules of a decision say of these facts by a policy whose cut stands elsewhere. */
function decidedBy(of: Facts, at: number): DeclineCode | null {
  const fits = availableOf(of) >= of.amount;
  const standing = {
    facts: { daysPastDue: of.daysPastDue },
    score: { score: of.score, refused: null },
    policy: { ...termsPolicy, lowestScore: at },
    line: { status: of.suspended ? 'suspended' : 'active' },
    offers: fits ? ['pay_in_4'] : [],
    funder: of.funded ? {} : undefined,
  };
  return declineOf(standing as unknown as Parameters<typeof declineOf>[0]);
}

function stored(of: Facts, more: Partial<Decided> = {}): Decided {
  return {
    month: '2026-03',
    score: of.score,
    pd: null,
    limit: of.limit,
    available: availableOf(of),
    amount: of.amount,
    declineCode: decidedBy(of, lowestScore),
    annualRatePpm: null,
    debt: null,
    late: null,
    ...more,
  };
}

describe('a past decision by another cut', () => {
  test('is approved exactly when the rule of decisions would have approved it', () => {
    fc.assert(
      fc.property(facts, cut, (of, at) => {
        // Who has no funder is not known to have none where the score or the amount refused before.
        fc.pre(of.funded || decidedBy(of, lowestScore) === 'no_funder');
        const again = decideAgain(stored(of), { cut: at });
        expect(again === null).toBe(decidedBy(of, at) === null);
        expect(again).toBe(decidedBy(of, at));
      }),
      { numRuns: 2000 },
    );
  });

  test('is what it was under the policy that decided it', () => {
    fc.assert(
      fc.property(facts, (of) => {
        const decided = stored(of);
        expect(decideAgain(decided, { cut: lowestScore })).toBe(decided.declineCode);
        expect(decideAgain(decided, { cut: lowestScore, limitPercent: [[0, 100]] })).toBe(
          decided.declineCode,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('with other limits asks whether the amount fits what would have been available', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 0, max: 300 }), (of, percent) => {
        fc.pre(of.funded && of.taken <= of.limit);
        const other = { ...of, limit: (of.limit * BigInt(percent)) / 100n };
        expect(decideAgain(stored(of), { cut: lowestScore, limitPercent: [[0, percent]] })).toBe(
          decidedBy(other, lowestScore),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    'identity_required',
    'overdue',
    'line_suspended',
    'locked_by_shopper',
    'unaffordable',
    'suspicious',
    'history_contradicts',
    'amount_above_programme',
  ] as const)('that was declined as %s stays so whatever the cut and the limit', (declineCode) => {
    const decided: Decided = { ...stored({ ...anybody, score: 800 }), declineCode };
    for (const at of [300, 480, 850])
      expect(decideAgain(decided, { cut: at, limitPercent: [[0, 1000]] })).toBe(declineCode);
  });
});

const anybody: Facts = {
  score: 600,
  limit: 100_000n,
  taken: 0n,
  amount: 10_000n,
  daysPastDue: 0,
  suspended: false,
  funded: true,
};

describe('what if', () => {
  const book: Decided[] = [
    stored({ ...anybody, score: 500 }, { debt: 10_000n, late: 4_000n, annualRatePpm: 180_000 }),
    stored({ ...anybody, score: 650, amount: 30_000n }, { debt: 30_000n, late: 0n, annualRatePpm: 108_000 }),
    stored({ ...anybody, score: 470 }, { pd: 0.2, month: '2026-04' }),
    stored({ ...anybody, score: 460 }, { month: '2026-04' }),
  ];

  test('counts approvals, money and lateness, in all and by month', () => {
    const [all, march, april] = whatIf(book, { cut: 640 });
    expect(all).toMatchObject({
      period: 'all',
      decisions: 4,
      before: { count: 2, amount: 40_000n, debt: 40_000n, late: 4_000n },
      kept: { count: 1, amount: 30_000n, late: 0n },
      newlyDeclined: { count: 1, amount: 10_000n, debt: 10_000n, late: 4_000n },
      newlyApproved: { count: 0 },
    });
    expect(march).toMatchObject({ period: '2026-03', decisions: 2, newlyDeclined: { count: 1 } });
    expect(april).toMatchObject({ period: '2026-04', decisions: 2, before: { count: 0 } });
  });

  test('estimates who would be let in by the pd of the model, where there is one, and says of how many', () => {
    const [all] = whatIf(book, { cut: 455 });
    expect(all?.newlyApproved).toEqual({
      count: 2,
      amount: 20_000n,
      judged: 1,
      judgedAmount: 10_000n,
      expectedLate: 2_000n,
    });
    expect(all?.kept.count).toBe(2);
  });

  test('weighs prices by the money that pays them', () => {
    const [all] = whatIf(book, {
      cut: 480,
      annualRatePpm: [
        [640, 72_000],
        [0, 144_000],
      ],
    });
    expect(all?.before.meanRatePpm).toBe((180_000 * 1 + 108_000 * 3) / 4);
    expect(all?.kept.meanRatePpm).toBe((144_000 * 1 + 72_000 * 3) / 4);
  });

  test('sums over months to the whole, whatever the book', () => {
    const decided = fc
      .tuple(facts, fc.constantFrom('2026-01', '2026-02', '2026-03'))
      .map(([of, month]) => stored(of, { month }));
    fc.assert(
      fc.property(fc.array(decided, { maxLength: 60 }), cut, (decisions, at) => {
        const [all, ...months] = whatIf(decisions, { cut: at });
        const sum = (of: (period: (typeof months)[number]) => number) =>
          months.reduce((total, period) => total + of(period), 0);
        expect(sum(({ decisions: count }) => count)).toBe(all?.decisions);
        expect(sum(({ kept }) => kept.count)).toBe(all?.kept.count);
        expect(sum(({ newlyApproved }) => newlyApproved.count)).toBe(all?.newlyApproved.count);
        expect(all!.before.count).toBe(all!.kept.count + all!.newlyDeclined.count);
      }),
    );
  });

  test('approves fewer the higher the cut', () => {
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 40 }), (all) => {
        const curve = cutCurve(
          all.map((of) => stored(of)),
          { cut: 480 },
        );
        expect(curve[0]?.cut).toBe(300);
        expect(curve.at(-1)?.cut).toBe(850);
        for (const [index, point] of curve.entries())
          expect(point.approved).toBeLessThanOrEqual(curve[index - 1]?.approved ?? 1);
      }),
    );
  });
});

describe('steps as people write them', () => {
  test('are read in any order', () => {
    expect(parseSteps('0:80, 700:120,640:100', limitBounds)).toEqual([
      [700, 120],
      [640, 100],
      [0, 80],
    ]);
    expect(parseSteps('0:7.2', rateBounds)).toEqual([[0, 72_000]]);
  });

  test.each(['', 'x', '700', '700:', '700:-1', '900:10', '700:10,700:20', '700:1e3', '0:1001', '700:10;0:5'])(
    'are refused as %j',
    (text) => {
      expect(parseSteps(text, limitBounds)).toBeUndefined();
    },
  );
});
