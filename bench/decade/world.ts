import type { Context } from '../../gateway/src/context.ts';
import { createFunder } from '../../gateway/src/credit/funders.ts';
import { finishPayments } from '../../gateway/src/jobs/advance-walk.ts';
import { closeBusinessDay } from '../../gateway/src/jobs/close-business-day.ts';
import { type CalendarDate, startOf } from '../../gateway/src/lib/dates.ts';
import { type Tx, transact } from '../../gateway/src/lib/tx.ts';
import {
  announceClock,
  createSandbox,
  moveClock,
  releaseClock,
} from '../../gateway/src/merchants/environments.ts';
import { createMerchant, type Merchant } from '../../gateway/src/merchants/merchants.ts';
import { categories, type Category } from './fates.ts';
import { createInstantProcessor } from './processor.ts';

export const timeZone = 'Asia/Shanghai';
export const currency = 'CNY';

/** Enough for orders without end. */
const funderCapacity = 10n ** 15n;

export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * A sandbox of its own with a shop of each category, its clock at the start of `startsOn`. `isFailing` says which saved
 * method has no money today.
 */
export async function openWorld(
  given: Context,
  input: { startsOn: CalendarDate; isFailing: (method: string) => boolean },
) {
  const processor = createInstantProcessor(input.isFailing);
  const context: Context = { ...given, processorFor: () => processor };
  const clockAt = startOf(input.startsOn, timeZone);
  const environmentId = await createSandbox(context, { timeZone, clockAt });
  const inTx = <Result>(work: (tx: Tx) => Promise<Result>, access: 'read' | 'write' = 'write') =>
    transact(context, { environmentId, actor: { kind: 'system', id: 'decade' }, access }, work);
  const merchants = await inTx(openMerchants);
  /** Every payment has its outcome here: one that stays open is a fault, which the log names. */
  const finishAll = async (): Promise<void> => {
    if (!(await finishPayments(context, environmentId))) throw new Error('a payment has no outcome');
  };
  return {
    context,
    environmentId,
    merchants,
    inTx,
    /** Brings the clock to the start of a date, closes the one before and carries out what follows from it. */
    async passTo(date: CalendarDate): Promise<void> {
      const target = startOf(date, timeZone);
      const announced = { sandboxId: environmentId, target, request: date, leased: true };
      if (!(await announceClock(context, announced))) throw new Error('somebody else moves the clock');
      await moveClock(context, environmentId, target);
      await closeBusinessDay(context, { environmentId, access: 'clock' });
      await finishAll();
      await releaseClock(context, environmentId);
    },
    closeAgain: () => closeBusinessDay(context, { environmentId, access: 'write' }),
    finishPayments: finishAll,
  };
}

async function openMerchants(tx: Tx): Promise<Record<Category, Merchant>> {
  const subsidies = { monthly_3: 100, monthly_6: 50 };
  const merchants: [Category, Merchant][] = [];
  for (const category of categories) {
    const merchant = await createMerchant(tx, {
      name: `Shop for ${category}`,
      category,
      country: 'CN',
      timeZone,
      currency,
      allowedOrigins: ['https://shop.example'],
      feeBasisPoints: 300,
      feeFixed: 100n,
      firstPart: 'capture',
      payoutAccount: 'acct_decade',
      ...(category === 'retail' && { subsidies }),
    });
    merchants.push([category, merchant]);
  }
  const funder = { currency, capacity: funderCapacity, feeShareBasisPoints: 4000, servicingBasisPoints: 100 };
  await createFunder(tx, { name: 'Lantern Bank', priority: 1, ...funder, firstLossBasisPoints: 2000 });
  return Object.fromEntries(merchants) as Record<Category, Merchant>;
}
