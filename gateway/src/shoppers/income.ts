import { z } from 'zod';
import { addDays, type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Id } from '../lib/ids.ts';
import { isCurrency } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type DataKey, sealedPlace } from '../lib/vault.ts';
import { dataKeyOf } from './profile.ts';

/** Income per month in minor units of its currency; `payDay` is the day of the month (1 to 31) where it was named. */
export type Income = { amount: bigint; currency: string; payDay: number | null };

/** `version` counts what the shopper has declared, the newest being the one that counts. */
export type DeclaredIncome = Income & { declaredOn: CalendarDate; version: number };

type IncomeRow = {
  environment_id: string;
  shopper_id: Id<'shp'>;
  version: number;
  income_sealed: string | null;
  declared_on: CalendarDate;
  created_at: Date;
};

/** So often in so many days: whoever may try figures until one fits has not declared anything. */
export const mostDeclarations = { times: 5, days: 30 };

/** More than anybody earns is a slip. */
export const mostIncomeDigits = 12;

const incomeSchema = z.object({
  amount: z.coerce.bigint().nonnegative(),
  currency: z.string().refine(isCurrency),
  payDay: z.int().min(1).max(31).nullable(),
});

/** Keeps what the shopper says they earn in a month, sealed; 0 is a figure too. */
export async function declareIncome(
  tx: Tx,
  { shopperId, ...income }: Income & { shopperId: Id<'shp'> },
): Promise<'declared' | 'too_often'> {
  const { amount, currency, payDay } = incomeSchema.parse(income);
  const today = dateIn(tx.environment.timeZone, tx.now);
  const versions = await lockVersions(tx, shopperId);
  const since = addDays(today, -mostDeclarations.days);
  if (versions.filter((row) => row.declared_on > since).length >= mostDeclarations.times) return 'too_often';
  const version = (versions[0]?.version ?? 0) + 1;
  const text = JSON.stringify({ amount: String(amount), currency, payDay });
  const dataKey = await dataKeyOf(tx, shopperId);
  await tx.sql<IncomeRow>('shopper_incomes').insert({
    environment_id: tx.environment.id,
    shopper_id: shopperId,
    version,
    income_sealed: tx.vault.seal(text, incomePlace(tx, shopperId, version), dataKey),
    declared_on: today,
    created_at: tx.now,
  });
  return 'declared';
}

/** Forgets every figure that the shopper declared. */
export async function removeIncome(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await incomesOf(tx, shopperId).update({ income_sealed: null });
}

/** What the shopper declared last, if they have not taken it back. */
export async function findIncome(tx: Tx, shopperId: Id<'shp'>): Promise<DeclaredIncome | undefined> {
  const row = await incomesOf(tx, shopperId).orderBy('version', 'desc').first();
  if (!row || row.income_sealed === null) return undefined;
  const { version, declared_on: declaredOn, income_sealed: sealed } = row;
  const dataKey = await dataKeyOf(tx, shopperId);
  return { ...openIncome(tx, { shopperId, version, sealed, dataKey }), declaredOn, version };
}

export function openIncome(
  tx: Tx,
  input: { shopperId: string; version: number; sealed: string; dataKey: DataKey },
): Income {
  const { shopperId, version, sealed, dataKey } = input;
  return incomeSchema.parse(JSON.parse(tx.vault.open(sealed, incomePlace(tx, shopperId, version), dataKey)));
}

/** Two forms of one shopper at the same time declare one after the other. */
async function lockVersions(
  tx: Tx,
  shopperId: Id<'shp'>,
): Promise<Pick<IncomeRow, 'version' | 'declared_on'>[]> {
  await tx
    .sql('shoppers')
    .where({ environment_id: tx.environment.id, id: shopperId })
    .forNoKeyUpdate()
    .first('id');
  return incomesOf(tx, shopperId).orderBy('version', 'desc').select('version', 'declared_on');
}

function incomePlace(tx: Tx, shopperId: string, version: number): string {
  return sealedPlace(tx.environment.id, 'shopper_incomes', 'income', shopperId, String(version));
}

function incomesOf(tx: Tx, shopperId: Id<'shp'>) {
  return tx
    .sql<IncomeRow>('shopper_incomes')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId });
}
