import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { actuarialApr, effectiveApr, type Flow, roundApr } from '../src/plans/apr.ts';
import { singlePaymentPeriods, unitPeriodsBetween, unitPeriodsPerYear } from '../src/plans/intervals.ts';
import { runs } from './support/runs.ts';
import eu from './vectors/apr-eu.json' with { type: 'json' };
import us from './vectors/apr-us-reg-z-appendix-j.json' with { type: 'json' };

/** Room for 10,000 tries on a busy machine. */
const propertyMs = 180_000;

const fraction = (text: string): number => {
  const [above = '', below = '1'] = text.split('/');
  return Number(above) / Number(below);
};

const decimalsOf = (text: string): number => text.split('.')[1]?.length ?? 0;

type Pair = number[];
const flow = ([amount = Number.NaN, years = Number.NaN]: Pair, sign: 1 | -1): Flow => ({
  amount: sign * amount,
  years,
});

/** The other side of the equation: what is left when the flows are discounted at the rate, against what moved. */
function balanceAt(percent: number, flows: readonly Flow[]): number {
  const values = flows.map(({ amount, years }) => Number(amount) * (1 + percent / 100) ** -years);
  return values.reduce((a, b) => a + b, 0) / values.reduce((a, b) => a + Math.abs(b), 0);
}

const annuity = (principal: number, rate: number, count: number): number =>
  rate === 0 ? principal / count : (principal * rate) / (1 - (1 + rate) ** -count);

const monthly = (principal: number, payment: number, count: number): Flow[] => [
  { amount: principal, years: 0 },
  ...Array.from({ length: count }, (_, index) => ({ amount: -payment, years: (index + 1) / 12 })),
];

describe('the EU equation', () => {
  test.each(eu.examples)('$id: $description', (example) => {
    const flows = [
      ...example.advances.map((pair) => flow(pair, 1)),
      ...example.payments.map((pair) => flow(pair, -1)),
    ];
    const apr = effectiveApr(flows);
    // What the examples' authors say of their own solver: 2e-4 percentage points, and the published decimal.
    expect(Math.abs(apr - example.published_x_percent)).toBeLessThan(2e-4);
    expect(roundApr(apr, 1)).toBe(example.published_apr_percent);
  });

  test.each([
    ['a loan of one day at 1 %', [1, 0], [1.01, 1 / 365], 100 * (1.01 ** 365 - 1)],
    ['60 years', [1_000, 0], [1_000 * 1.08 ** 60, 60], 8],
    ['next to nothing paid back', [100, 0], [1, 1], -99],
    ['more than 1,000,000 %', [100, 0], [2_000_000, 1], 1_999_900],
    ['a trillion', [1e12, 0], [1.05e12, 1], 5],
  ] as const)('holds for %s', (_name, [advance, at], [payment, after], percent) => {
    const apr = effectiveApr([
      { amount: advance, years: at },
      { amount: -payment, years: after },
    ]);
    expect(apr / percent).toBeCloseTo(1, 10);
  });

  it('takes bigints, any order and any origin of time', () => {
    const flows = [
      { amount: -600_000_000_000n, years: 8 },
      { amount: 1_000_000_000_000n, years: 7 },
      { amount: -600_000_000_000n, years: 9 },
    ];
    const apr = effectiveApr(flows);
    expect(apr).toBeCloseTo(100 * ((0.6 + Math.sqrt(0.36 + 2.4)) / 2 - 1), 10);
  });

  it('is exactly 0 when nothing is paid for the credit', () => {
    expect(effectiveApr(monthly(100, 25, 4))).toBe(0);
    expect(effectiveApr([...monthly(99.99, 33.33, 3)])).toBe(0);
    expect(effectiveApr([...monthly(0.3, 0.1, 3)])).toBe(0);
  });

  it('holds for advances between payments', () => {
    const flows = [
      { amount: 1_000, years: 0 },
      { amount: -300, years: 0.25 },
      { amount: 500, years: 0.5 },
      { amount: -1_300, years: 1.5 },
    ];
    expect(Math.abs(balanceAt(effectiveApr(flows), flows))).toBeLessThan(1e-12);
  });

  it('takes the rate nearest to 0 where several solve the equation', () => {
    // (1 + X)² − 2.3 (1 + X) + 1.32 = 0: 10 % and 20 %.
    const flows = [
      { amount: -100, years: 0 },
      { amount: 230, years: 1 },
      { amount: -132, years: 2 },
    ];
    expect(effectiveApr(flows)).toBeCloseTo(10, 9);
  });

  it('finds a rate on the side from which the equation turns away at 0', () => {
    // (X − 0.5) ((X + 0.1)² + 0.001) = 0: it comes close at −10 % and is solved at 50 %.
    const flows = [
      { amount: 1_000, years: 0 },
      { amount: -3_300, years: 1 },
      { amount: 3_511, years: 2 },
      { amount: -1_216.5, years: 3 },
    ];
    expect(effectiveApr(flows)).toBeCloseTo(50, 9);
  });

  test.each<[string, Flow[], RegExp]>([
    ['no flows', [], /there are no flows/],
    ['advances only', [{ amount: 1, years: 0 }, { amount: 2, years: 1 }], /do not change their sign/], // prettier-ignore
    ['payments only', [{ amount: -1, years: 0 }, { amount: -2, years: 1 }], /do not change their sign/], // prettier-ignore
    ['zeros', [{ amount: 0, years: 0 }, { amount: 0n, years: 1 }], /do not change their sign/], // prettier-ignore
    ['one instant', [{ amount: 1, years: 2 }, { amount: -2, years: 2 }], /at one instant/], // prettier-ignore
    ['an amount that is no number', [{ amount: Number.NaN, years: 0 }, { amount: -2, years: 1 }], /not finite/], // prettier-ignore
    ['an infinite amount', [{ amount: Infinity, years: 0 }, { amount: -2, years: 1 }], /not finite/], // prettier-ignore
    ['an amount beyond a double', [{ amount: 10n ** 400n, years: 0 }, { amount: -2, years: 1 }], /not finite/], // prettier-ignore
    ['an infinite time', [{ amount: 1, years: 0 }, { amount: -2, years: Infinity }], /not finite/], // prettier-ignore
    ['no solution', [{ amount: 100, years: 0 }, { amount: -250, years: 1 }, { amount: 160, years: 2 }], /no rate/], // prettier-ignore
    ['a rate beyond a double', [{ amount: 1, years: 0 }, { amount: -20, years: 1 / 365 }], /no rate that a number can hold/], // prettier-ignore
  ])('refuses %s', (_name, flows, message) => {
    expect(() => effectiveApr(flows)).toThrow(RangeError);
    expect(() => effectiveApr(flows)).toThrow(message);
  });
});

describe('the actuarial method', () => {
  test.each(us.vectors)('$id: $description', (example) => {
    const apr = actuarialApr({
      amountFinanced: Number(example.amount_financed),
      payments: example.payments.map(Number),
      unitPeriodsPerYear: example.unit_periods_per_year,
      wholeUnitPeriods: example.whole_unit_periods_to_first,
      oddFraction: fraction(example.odd_fraction),
    });
    expect(roundApr(apr, decimalsOf(example.apr_percent)).toFixed(2)).toBe(example.apr_percent);
  });

  test.each(us.single_payment)('$id: $description', (example) => {
    const term = singlePaymentPeriods(example.advance_date, example.payment_date);
    const apr = actuarialApr({
      amountFinanced: Number(example.amount_financed),
      payments: [Number(example.payment)],
      unitPeriodsPerYear: term.unitPeriodsPerYear,
      wholeUnitPeriods: term.whole,
      oddFraction: term.fraction,
    });
    expect(roundApr(apr, 2).toFixed(2)).toBe(example.apr_percent);
  });

  const regular = {
    amountFinanced: 5_000,
    payments: Array.from({ length: 24 }, () => 230),
    unitPeriodsPerYear: 12,
    wholeUnitPeriods: 1,
    oddFraction: 0,
  };

  it('takes the interval of each payment as well as that of the first', () => {
    const each = {
      wholeUnitPeriods: regular.payments.map((_, index) => index + 1),
      oddFraction: regular.payments.map(() => 0),
    };
    expect(actuarialApr({ ...regular, ...each })).toBe(actuarialApr(regular));
  });

  it('takes bigints', () => {
    const cents = { amountFinanced: 500_000n, payments: regular.payments.map((each) => BigInt(each) * 100n) };
    expect(actuarialApr({ ...regular, ...cents })).toBeCloseTo(actuarialApr(regular), 11);
  });

  it('takes a payment at the advance off what is financed', () => {
    const withDown = {
      ...regular,
      amountFinanced: 6_000,
      payments: [1_000, ...regular.payments],
      wholeUnitPeriods: 0,
    };
    expect(actuarialApr(withDown)).toBeCloseTo(actuarialApr(regular), 11);
  });

  it('is exactly 0 without a finance charge and below it when less comes back', () => {
    expect(actuarialApr({ ...regular, amountFinanced: 5_520 })).toBe(0);
    // Also where the payments do not quite sum to it as doubles.
    expect(actuarialApr({ ...regular, amountFinanced: 99.99, payments: [33.33, 33.33, 33.33] })).toBe(0);
    expect(actuarialApr({ ...regular, amountFinanced: 6_000 })).toBeLessThan(0);
  });

  test.each<[string, Partial<Parameters<typeof actuarialApr>[0]>, RegExp]>([
    ['nothing financed', { amountFinanced: 0 }, /an amount financed of 0/],
    ['an amount financed that is no number', { amountFinanced: Number.NaN }, /an amount financed of NaN/],
    ['no payments', { payments: [] }, /nothing is paid/],
    ['payments of nothing', { payments: [0, 0] }, /nothing is paid/],
    ['a payment below 0', { payments: [-1, 6_000] }, /a payment of -1/],
    ['an infinite payment', { payments: [Infinity] }, /a payment of Infinity/],
    ['no unit-periods a year', { unitPeriodsPerYear: 0 }, /0 unit-periods a year/],
    ['a broken whole', { wholeUnitPeriods: 1.5 }, /1.5 whole unit-periods/],
    ['a whole below 0', { wholeUnitPeriods: -1 }, /-1 whole unit-periods/],
    ['a fraction of 1', { oddFraction: 1 }, /an odd fraction of 1/],
    ['a fraction below 0', { oddFraction: -0.01 }, /an odd fraction of -0.01/],
    ['endless unit-periods a year', { unitPeriodsPerYear: Infinity }, /Infinity unit-periods a year/],
    ['a fraction that is no number', { oddFraction: Number.NaN }, /an odd fraction of NaN/],
    ['a list that is too short', { wholeUnitPeriods: [1, 2] }, /NaN whole unit-periods/],
    ['a list that is too long', { payments: [6_000], oddFraction: [0, 0] }, /2 intervals for 1 payments/],
    [
      'payments at the advance only',
      { payments: [6_000], wholeUnitPeriods: 0 },
      /an amount financed of -1000/,
    ],
    // Within a unit-period interest is simple: less than A(1 − f) cannot be reached by any rate.
    ['no solution', { payments: [1], wholeUnitPeriods: 0, oddFraction: 0.5 }, /no rate/],
  ])('refuses %s', (_name, change, message) => {
    expect(() => actuarialApr({ ...regular, ...change })).toThrow(RangeError);
    expect(() => actuarialApr({ ...regular, ...change })).toThrow(message);
  });
});

describe('rounding', () => {
  test.each(eu.rounding_remark_d)('$value', ({ value, one_dp: one, two_dp: two }) => {
    expect(roundApr(value, 1)).toBe(one);
    expect(roundApr(value, 2)).toBe(two);
  });

  it('does not mistake what a double makes of a 5', () => {
    expect(roundApr(1.005, 2)).toBe(1.01);
    expect(roundApr(9.995, 2)).toBe(10);
    expect(roundApr(12.344_999_999_999_999, 2)).toBe(12.35);
    expect(roundApr(12.344_9, 2)).toBe(12.34);
    expect(roundApr(-3.055, 2)).toBe(-3.06);
    expect(Object.is(roundApr(-0.001, 2), 0)).toBe(true);
    expect(roundApr(0, 2)).toBe(0);
    expect(roundApr(1_234_567.125, 2)).toBe(1_234_567.13);
    expect(roundApr(1e15, 2)).toBe(1e15);
  });
});

describe('docs/apr.md', () => {
  it('prints what its example prints', () => {
    const root = resolve(import.meta.dirname, '../..');
    const page = readFileSync(resolve(root, 'docs/apr.md'), 'utf8');
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const [, printed] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
    const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-'], {
      cwd: root,
      input: code,
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(printed);
  });
});

describe('for any loan', () => {
  const principals = fc.integer({ min: 1, max: 1_000_000_000_000 });
  const counts = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }) },
    fc.integer({ min: 61, max: 720 }),
  );
  const loans = fc
    .record({
      advances: fc.array(fc.record({ amount: fc.integer({ min: 1, max: 1e12 }), days: fc.nat(3_000) }), {
        minLength: 1,
        maxLength: 5,
      }),
      payments: fc.array(fc.record({ amount: fc.integer({ min: 1, max: 1e12 }), days: fc.nat(19_000) }), {
        minLength: 1,
        maxLength: 40,
      }),
    })
    .map(({ advances, payments }): Flow[] => {
      const lastAdvance = Math.max(...advances.map(({ days }) => days));
      return [
        ...advances.map(({ amount, days }) => ({ amount, years: days / 365 })),
        ...payments.map(({ amount, days }) => ({ amount: -amount, years: (lastAdvance + 30 + days) / 365 })),
      ];
    })
    // Of a loan of a month that is halved or worse nothing is left in a year: −100 % to the last digit.
    .filter((flows) => {
      const advanced = flows.reduce((total, { amount }) => total + Math.max(0, Number(amount)), 0);
      const paid = flows.reduce((total, { amount }) => total - Math.min(0, Number(amount)), 0);
      return paid / advanced < 1_000 && advanced / paid < 2;
    });

  it(
    'the rate solves the equation',
    () => {
      fc.assert(
        fc.property(loans, (flows) => {
          const apr = effectiveApr(flows);
          // Near −100 % the last digit of the rate weighs heavily in 1 + X.
          expect(Math.abs(balanceAt(apr, flows))).toBeLessThan(1e-12 / Math.min(1, 1 + apr / 100));
        }),
        runs(),
      );
    },
    propertyMs,
  );

  it(
    'a schedule at a monthly rate has that rate, compounded, and by the actuarial method twelve times it',
    () => {
      fc.assert(
        fc.property(
          principals,
          fc.double({ min: 0.0001, max: 0.2, noNaN: true }),
          counts,
          (principal, rate, count) => {
            const payment = annuity(principal, rate, count);
            const effective = effectiveApr(monthly(principal, payment, count));
            const nominal = actuarialApr({
              amountFinanced: principal,
              payments: Array.from({ length: count }, () => payment),
              unitPeriodsPerYear: 12,
              wholeUnitPeriods: 1,
              oddFraction: 0,
            });
            expect(effective / (100 * ((1 + rate) ** 12 - 1))).toBeCloseTo(1, 7);
            expect(nominal / (1_200 * rate)).toBeCloseTo(1, 7);
            expect((1 + nominal / 1_200) ** 12).toBeCloseTo(1 + effective / 100, 8);
          },
        ),
        runs(),
      );
    },
    propertyMs,
  );

  it(
    'paying more, or the same earlier, costs more',
    () => {
      fc.assert(
        fc.property(loans, fc.nat(), fc.integer({ min: 2, max: 100 }), (flows, which, percent) => {
          const payments = flows.filter(({ amount }) => amount < 0);
          const chosen = payments[which % payments.length];
          const change = (make: (flow: Flow) => Flow) =>
            effectiveApr(flows.map((flow) => (flow === chosen ? make(flow) : flow)));
          const apr = effectiveApr(flows);
          const noise = 1e-9 * (100 + Math.abs(apr));
          const more = change(({ amount, years }) => ({
            amount: Number(amount) * (1 + percent / 100),
            years,
          }));
          expect(more).toBeGreaterThan(apr - noise);
          const earlier = change(({ amount, years }) => ({ amount, years: years - 10 / 365 }));
          if (apr > 0) expect(earlier).toBeGreaterThan(apr - noise);
          else expect(earlier).toBeLessThan(apr + noise);
        }),
        runs(),
      );
    },
    propertyMs,
  );

  it(
    'the unit of money and the origin of time do not matter',
    () => {
      fc.assert(
        fc.property(
          loans,
          fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
          fc.integer({ min: -100, max: 100 }),
          (flows, scale, shift) => {
            const apr = effectiveApr(flows);
            const scaled = flows.map(({ amount, years }) => ({
              amount: Number(amount) * scale,
              years: years + shift,
            }));
            expect(Math.abs(effectiveApr(scaled) - apr)).toBeLessThan(1e-7 * (1 + Math.abs(apr)));
          },
        ),
        runs(),
      );
    },
    propertyMs,
  );

  it(
    'the actuarial rate solves its equation with an odd first period',
    () => {
      const units = fc.constantFrom({ months: 1 }, { semimonths: 1 } as const, { weeks: 2 }, { months: 3 });
      fc.assert(
        fc.property(
          principals,
          counts,
          units,
          fc.integer({ min: 1, max: 70 }),
          fc.double({ min: 0.5, max: 3, noNaN: true }),
          (principal, count, unit, firstDays, factor) => {
            const first = new Date(Date.UTC(2026, 0, 10 + firstDays)).toISOString().slice(0, 10);
            const { whole, fraction: f } = unitPeriodsBetween('2026-01-10', first, unit);
            const w = unitPeriodsPerYear(unit);
            const payments = Array.from({ length: count }, () => (principal * factor) / count);
            // Less than A(1 − f) before the first unit-period is over is beyond any rate.
            fc.pre(factor >= 1 || whole > 0);
            const apr = actuarialApr({
              amountFinanced: principal,
              payments,
              unitPeriodsPerYear: w,
              wholeUnitPeriods: whole,
              oddFraction: f,
            });
            const i = apr / 100 / w;
            const worth = payments.reduce(
              (total, p, k) => total + p / ((1 + f * i) * (1 + i) ** (whole + k)),
              0,
            );
            expect(worth / principal).toBeCloseTo(1, 8);
          },
        ),
        runs(),
      );
    },
    propertyMs,
  );
});
