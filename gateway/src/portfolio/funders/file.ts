import { account } from '../../ledger/accounts.ts';
import { accountsOf } from '../../ledger/balances.ts';
import { balanceAt } from '../../ledger/statements.ts';
import { addMs, type CalendarDate } from '../../lib/dates.ts';
import { type CsvCell, csvOf, decimalOf } from '../../lib/csv.ts';
import { type Currency, sum } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { endOf } from '../book.ts';
import { eachHolding, type Holding } from './holdings.ts';

/** A plan of which a funder owns something, without a word of whose it is. */
export type OwnedPlan = Omit<Holding, 'shopperId' | 'shareBasisPoints'>;

/** What a funder owned at the end of a date, and whether its accounts in the ledger say the same. */
export type FunderFile = { plans: OwnedPlan[]; differences: FileDifference[] };

/** Where the plans of a file do not come to what an account of the funder held. */
export type FileDifference = {
  account: 'participation' | 'accrued';
  currency: Currency;
  plans: bigint;
  ledger: bigint;
};

/**
 * The plans that a funder owned something of at the end of `on`, of all currencies: Σ principal is its `participation`, Σ
 * interest and fees its `accrued`, to the cent; where they are not, `differences` says so.
 */
export async function readFunderFile(
  tx: Tx,
  { funderId, on }: { funderId: string; on: CalendarDate },
): Promise<FunderFile> {
  const plans: OwnedPlan[] = [];
  const differences: FileDifference[] = [];
  for (const stake of await readStakes(tx, { funderId, on })) {
    const { currency } = stake;
    const own: OwnedPlan[] = [];
    await eachHolding(tx, { funderId, on, currency }, (holding) => void own.push(holding));
    plans.push(...own);
    const held = {
      participation: sum(own.map(({ principal }) => principal)),
      accrued: sum(own.map(({ interest, fee }) => interest + fee)),
    };
    for (const code of ['participation', 'accrued'] as const) {
      if (held[code] !== stake[code])
        differences.push({ account: code, currency, plans: held[code], ledger: stake[code] });
    }
  }
  return { plans, differences };
}

/** The daily file: one line for each plan, by currency and plan. */
export function funderCsv({ plans }: FunderFile): string {
  return csvOf(
    [
      'plan',
      'opened_on',
      'product',
      'currency',
      'principal',
      'interest',
      'fees',
      'bucket',
      'days_past_due',
      'next_due_on',
    ],
    plans.map((plan): CsvCell[] => [
      plan.planId,
      plan.openedOn,
      plan.product,
      plan.currency,
      decimalOf(plan.principal, plan.currency),
      decimalOf(plan.interest, plan.currency),
      decimalOf(plan.fee, plan.currency),
      plan.bucket,
      plan.daysPastDue,
      plan.nextDueOn,
    ]),
  );
}

type Stake = { currency: Currency; participation: bigint; accrued: bigint };

/** What the funder's own accounts held when the date was over, in each currency that they ever had. */
async function readStakes(
  tx: Tx,
  { funderId, on }: { funderId: string; on: CalendarDate },
): Promise<Stake[]> {
  const currencies = new Set((await accountsOf(tx, funderId)).map(({ currency }) => currency));
  const last = addMs(endOf(tx, on), -1);
  const stakes: Stake[] = [];
  for (const currency of [...currencies].toSorted()) {
    stakes.push({
      currency,
      participation: await balanceAt(tx, account('participation', funderId), currency, last),
      accrued: await balanceAt(tx, account('accrued', funderId), currency, last),
    });
  }
  return stakes;
}
