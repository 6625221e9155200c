import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawMonths, drawOffer } from '../src/plans/cash-draws.ts';
import { compareOffers } from '../src/plans/compare.ts';
import { marketOfCurrency, rateWithin, rulesFor } from '../src/plans/markets.ts';

const startsOn = '2026-03-01';
const rules = rulesFor('CN', startsOn);

const offer = (amount: bigint, months: number, annualRatePpm: number) =>
  drawOffer({ amount, currency: 'CNY', startsOn, months, annualRatePpm, rules });

describe('a comparison', () => {
  it('shows every cost of ¥1,200 at 12 % over 6 months, as in the worked example', () => {
    const six = offer(120_000n, 6, 120_000);
    expect(compareOffers(six ? [{ funder: 'A', offer: six }] : [], { rules, startsOn })).toMatchObject([
      {
        funder: 'A',
        payments: 6,
        payment: 20_706n,
        lastPayment: 20_705n,
        interest: 4_235n,
        payable: 124_235n,
        simpleRate: 12,
        apr: 12.68,
        firstDue: '2026-04-01',
        lastDue: '2026-09-01',
      },
    ]);
  });

  it('has the cheapest in all first, and adds up, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 5_000n, max: 20_000_000n }),
        fc.array(fc.integer({ min: 72_000, max: 180_000 }), { minLength: 1, maxLength: 4 }),
        (amount, rates) => {
          const ways = rates.flatMap((rate, funder) =>
            drawMonths.flatMap((months) => {
              const made = offer(amount, months, rate);
              return made ? [{ funder, offer: made }] : [];
            }),
          );
          const compared = compareOffers(ways, { rules, startsOn });
          expect(compared).toHaveLength(rates.length * 5);
          compared.forEach((way, index) => {
            expect(way.payable).toBe(amount + way.interest);
            expect(way.payable).toBeGreaterThanOrEqual(compared[index - 1]?.payable ?? 0n);
            expect(way.apr).toBeLessThan(24);
            expect(way.simpleRate).toBeCloseTo(way.offer.interest!.shopper_rate_ppm / 10_000, 1);
          });
        },
      ),
    );
  });
});

describe('a cash offer', () => {
  it('is made within the range, over the agreed terms, and where cash is lent', () => {
    expect(drawMonths).toEqual([3, 6, 12, 24, 36]);
    expect(offer(5_000n, 3, 144_000)).toBeDefined();
    expect(offer(4_999n, 3, 144_000)).toBeUndefined();
    expect(offer(20_000_000n, 36, 144_000)).toBeDefined();
    expect(offer(20_000_001n, 36, 144_000)).toBeUndefined();
    expect(offer(10_000n, 4, 144_000)).toBeUndefined();
    const abroad = { amount: 10_000n, months: 3, annualRatePpm: 144_000, startsOn } as const;
    for (const [market, currency] of [
      ['EU', 'EUR'],
      ['UK', 'GBP'],
      ['US', 'USD'],
      ['CN', 'EUR'],
    ] as const)
      expect(drawOffer({ ...abroad, currency, rules: rulesFor(market, startsOn) })).toBeUndefined();
  });

  it('is not made above the ceiling of all costs', () => {
    expect(offer(100_000n, 12, 240_000)).toBeUndefined();
    expect(offer(100_000n, 12, 200_000)).toBeDefined();
  });

  it('follows the market of its money, at a rate within that market’s range', () => {
    expect(['CNY', 'GBP', 'USD', 'EUR', 'JPY', 'KWD'].map(marketOfCurrency)).toEqual([
      'CN',
      'UK',
      'US',
      'EU',
      'EU',
      'EU',
    ]);
    expect([60_000, 100_000, 200_000].map((rate) => rateWithin(rules, rate))).toEqual([
      72_000, 100_000, 180_000,
    ]);
  });
});
