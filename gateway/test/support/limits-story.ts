import { openLine, setTerms } from '../../src/credit/lines.ts';
import { findOrCreateShopper } from '../../src/shoppers/profile.ts';
import { type LimitChange, storeChange } from '../../src/standing/limit-changes.ts';
import type { Terms } from '../../src/standing/limit-policy.ts';
import { advanceTo } from './account-walk.ts';
import type { PagesWorld, Shop } from './pages-world.ts';

type Chapter = Pick<LimitChange, 'kind' | 'reasons'> &
  Partial<Terms> & { on: string; status?: 'applied' | 'offered' };

const opening: Terms = { limit: 200_000n, annualRatePpm: 144_000 };

/** A year of somebody's terms: raised, made cheaper, cut, raised again, and at last offered a raise. */
const year: Chapter[] = [
  { on: '2026-05-01', kind: 'raise', limit: 300_000n, reasons: ['repaid_on_time'] },
  { on: '2026-06-01', kind: 'price', annualRatePpm: 108_000, reasons: ['score_rose'] },
  { on: '2026-07-01', kind: 'raise', limit: 400_000n, reasons: ['repaid_on_time'] },
  { on: '2026-09-01', kind: 'cut', limit: 300_000n, reasons: ['score_fell', 'long_overdue'] },
  { on: '2026-12-01', kind: 'raise', limit: 400_000n, reasons: ['clean_again'] },
  { on: '2027-01-02', kind: 'raise', limit: 600_000n, reasons: ['repaid_on_time'], status: 'offered' },
];

/** Opens a line for the shopper with this phone and lets a year of changes pass over it, up to 2 January 2027. */
export async function liveThroughAYear(world: PagesWorld, shop: Shop, phone: string): Promise<string> {
  const { shopperId } = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
  const { id: lineId } = await shop.inTx((tx) =>
    openLine(tx, { shopperId, currency: 'CNY', targetLimit: 2_000_000n, ...opening }),
  );
  let from = opening;
  for (const { on, kind, reasons, status = 'applied', ...terms } of year) {
    await advanceTo(world, shop, on);
    const to = { ...from, ...terms };
    await shop.inTx(async (tx) => {
      await storeChange(tx, {
        lineId,
        kind,
        from,
        to,
        reasons,
        status,
        score: 650,
        scoredBy: 'full_model',
      });
      if (status === 'applied') await setTerms(tx, lineId, to);
    });
    if (status === 'applied') from = to;
  }
  return shopperId;
}
