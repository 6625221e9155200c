import { findHold } from '../credit/holds.ts';
import { liftSuspension } from '../credit/suspensions.ts';
import { recordEvent } from '../events/record.ts';
import { addOffset, type CalendarDate } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Plan, privateStreamsOf } from './plans.ts';

/** What somebody may say that they need easier terms for. It is never about health, and never free text. */
export const hardshipReasons = ['income', 'family', 'disaster', 'other'] as const;

export type HardshipReason = (typeof hardshipReasons)[number];

/** The policy grants easier terms to a shopper once in so many months; an operator decides about more. */
const policyMonths = 24;

/** Easier terms: nothing is due until `pausedUntil`, or what is left is spread over `periods` at this rate, or both. */
export type HardshipTerms = {
  pausedUntil: CalendarDate | null;
  periods: number | null;
  shopperRatePpm: number | null;
};

/** What was asked for and what became of it. */
export type Hardship = HardshipTerms & {
  id: Id<'har'>;
  planId: string;
  reason: HardshipReason;
  status: 'asked' | 'granted' | 'ended';
  grantedBy: 'policy' | 'operator' | null;
  version: number;
};

type HardshipRow = {
  environment_id: string;
  id: Id<'har'>;
  plan_id: string;
  shopper_id: string;
  reason: HardshipReason;
  status: Hardship['status'];
  granted_by: Hardship['grantedBy'];
  paused_until: CalendarDate | null;
  periods: number | null;
  shopper_rate_ppm: number | null;
  asked_on: CalendarDate;
  granted_on: CalendarDate | null;
  ended_on: CalendarDate | null;
  version: number;
  created_at: Date;
};

function toHardship(row: HardshipRow): Hardship {
  return {
    id: row.id,
    planId: row.plan_id,
    reason: row.reason,
    status: row.status,
    grantedBy: row.granted_by,
    pausedUntil: row.paused_until,
    periods: row.periods,
    shopperRatePpm: row.shopper_rate_ppm,
    version: row.version,
  };
}

function hardshipsOf(tx: Tx) {
  return tx.sql<HardshipRow>('hardships').where({ environment_id: tx.environment.id });
}

/** What is asked for or granted on a plan and not over. */
export async function currentHardship(tx: Tx, planId: string): Promise<Hardship | undefined> {
  const row = await hardshipsOf(tx)
    .where({ plan_id: planId })
    .whereIn('status', ['asked', 'granted'])
    .first();
  return row && toHardship(row);
}

/** Whether the policy may still grant it to this shopper on `today`. */
export async function isPolicyFree(tx: Tx, shopperId: string, today: CalendarDate): Promise<boolean> {
  const before = await hardshipsOf(tx)
    .where({ shopper_id: shopperId })
    .where('granted_on', '>', addOffset(today, { months: -policyMonths }))
    .first('id');
  return before === undefined;
}

/** Stores what a shopper asked for, or finds what they had asked for on the plan before. */
export async function askHardship(
  tx: Tx,
  plan: Plan,
  input: { reason: HardshipReason; today: CalendarDate },
): Promise<Hardship> {
  const asked = await currentHardship(tx, plan.id);
  if (asked) return asked;
  const [row] = await tx
    .sql<HardshipRow>('hardships')
    .insert({
      environment_id: tx.environment.id,
      id: newId('har'),
      plan_id: plan.id,
      shopper_id: plan.shopperId,
      reason: input.reason,
      status: 'asked',
      asked_on: input.today,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the hardship was not stored');
  await recordHardship(tx, plan, 'hardship.asked', row);
  return toHardship(row);
}

/** Writes down that what was asked for is granted, on which terms and by whom. */
export async function storeGrant(
  tx: Tx,
  plan: Plan,
  input: { id: Id<'har'>; terms: HardshipTerms; by: 'policy' | 'operator'; today: CalendarDate },
): Promise<Hardship> {
  const { terms } = input;
  const row = await update(tx, input.id, {
    status: 'granted',
    granted_by: input.by,
    granted_on: input.today,
    paused_until: terms.pausedUntil,
    periods: terms.periods,
    shopper_rate_ppm: terms.shopperRatePpm,
  });
  await recordHardship(tx, plan, 'hardship.granted', row);
  return toHardship(row);
}

/** What was asked or granted on a locked plan is over: its pause has ended, or nothing is owed any more. */
export async function endHardship(tx: Tx, plan: Plan, today: CalendarDate): Promise<void> {
  const hardship = await currentHardship(tx, plan.id);
  if (!hardship) return;
  const row = await update(tx, hardship.id, { status: 'ended', ended_on: today });
  const { creditLineId: lineId } = await findHold(tx, plan.holdId);
  await liftSuspension(tx, { lineId, reason: 'hardship', planId: plan.id });
  await recordHardship(tx, plan, 'hardship.ended', row);
}

async function update(tx: Tx, id: Id<'har'>, change: Partial<HardshipRow>): Promise<HardshipRow> {
  const [row] = await hardshipsOf(tx)
    .where({ id })
    .update({ ...change, version: tx.sql.raw('version + 1') as never })
    .returning('*');
  if (!row) throw new Error(`there is no hardship ${id}`);
  return row;
}

/** The reason is between the shopper and us. */
async function recordHardship(
  tx: Tx,
  plan: Plan,
  type: `hardship.${'asked' | 'granted' | 'ended'}`,
  row: HardshipRow,
): Promise<void> {
  await recordEvent(tx, {
    streams: type === 'hardship.asked' ? [plan.shopperId] : privateStreamsOf(plan),
    type,
    objectId: row.id,
    objectVersion: row.version,
    data: {
      plan_id: plan.id,
      paused_until: row.paused_until,
      periods: row.periods,
      shopper_rate_ppm: row.shopper_rate_ppm,
    },
  });
}
