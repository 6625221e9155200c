import { recordEvent } from '../events/record.ts';
import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import { sum, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { markets } from '../plans/market-rules.ts';
import { rulesFor } from '../plans/markets.ts';
import { type Installment, listInstallments } from './installments.ts';
import { debitsUnderWay, debitUnderWaySql } from './pending-debits.ts';
import { lockPlan, type Plan, todayOf } from './plans.ts';
import { blocksReminders } from './promises.ts';

/** An installment that its shopper is to be reminded of, and the days from its due date that this reminder is for. */
type Reminding = { installment: Installment; days: number };

/** The days of all markets: more of them only means that a sweep finds nothing to say. */
function allReminderDays(today: CalendarDate): number[] {
  return [...new Set(markets.flatMap((market) => rulesFor(market, today).reminderDays.value))];
}

/** The ids of plans whose shopper is to be reminded on the date at `tx.now`: of what is soon to be paid, due or late. */
export async function findPlansToRemind(tx: Tx): Promise<string[]> {
  const days = allReminderDays(tx.now.toISOString().slice(0, 10));
  const ahead = Math.max(0, ...days.map((day) => -day));
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select distinct p.id
     from installments i
     join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
     cross join lateral (select (:now::timestamptz at time zone p.time_zone)::date as today) d
     cross join lateral (
       select max(day) as days from unnest(:days::integer[]) as day where day <= d.today - i.due_date) r
     where i.environment_id = :environment and i.status in ('scheduled', 'due', 'overdue')
       and i.paused_until is null and p.status = 'active' and r.days is not null
       and i.due_date <= (:now::timestamptz at time zone 'UTC')::date + 1 + :ahead::integer
       and not exists (select from reminders m
         where m.environment_id = p.environment_id and m.plan_id = p.id
           and ((m.number = i.number and m.due_date = i.due_date and m.days >= r.days) or m.on_date = d.today))
       and not exists (select from promises s
         where s.environment_id = p.environment_id and s.plan_id = p.id and s.status = 'open')
       and not ${debitUnderWaySql}
     order by p.id`,
    { environment: tx.environment.id, now: tx.now, days, ahead },
  );
  return rows.map(({ id }) => id);
}

/**
 * Reminds a shopper of a plan, at most once a date, of all that there is to remind of together. Doing so twice on a date
 * says nothing the second time. What is paused or paid reminds of nothing, and neither does what is promised or what a bank
 * was asked for.
 */
export async function remind(tx: Tx, planId: string): Promise<void> {
  const plan = await lockPlan(tx, planId);
  const today = todayOf(tx, plan);
  if (plan.status !== 'active' || (await blocksReminders(tx, planId, today))) return;
  if ((await debitsUnderWay(tx, [plan.id])).size > 0) return;
  const reminding = await noteReminders(tx, plan, today);
  const [first] = reminding.toSorted((a, b) => b.days - a.days);
  if (!first) return;
  const { installment, days } = first;
  const together = reminding.filter((item) => Math.sign(item.days) === Math.sign(days));
  await recordEvent(tx, {
    streams: [plan.shopperId],
    type: 'installment.reminder',
    objectId: installment.id,
    objectVersion: plan.version,
    data: {
      plan_id: plan.id,
      number: installment.number,
      due_date: installment.dueDate,
      days,
      currency: plan.currency,
      amount: toJsonAmount(sum(together.map(({ installment: item }) => item.amount - item.paidAmount))),
    },
  });
}

/**
 * Writes down what the shopper of a locked plan is reminded of on `today`; nothing when that was done before on the
 * date. A broken promise is told of in the place of a reminder.
 */
export async function noteReminders(tx: Tx, plan: Plan, today: CalendarDate): Promise<Reminding[]> {
  const told = await tx
    .sql('reminders')
    .where({ environment_id: tx.environment.id, plan_id: plan.id })
    .select<{ number: number; due_date: CalendarDate; days: number; on_date: CalendarDate }[]>(
      'number',
      'due_date',
      'days',
      'on_date',
    );
  if (told.some(({ on_date: onDate }) => onDate === today)) return [];
  const { reminderDays } = rulesFor(plan.snapshot.market ?? 'EU', plan.snapshot.agreed_on);
  const reminding = (await listInstallments(tx, plan.id)).flatMap((installment): Reminding[] => {
    if (installment.pausedUntil || installment.paidAmount === installment.amount) return [];
    const passed = reminderDays.value.filter((day) => day <= daysBetween(installment.dueDate, today));
    if (passed.length === 0) return [];
    const days = Math.max(...passed);
    const known = told.some(
      (row) => row.number === installment.number && row.due_date === installment.dueDate && row.days >= days,
    );
    return known ? [] : [{ installment, days }];
  });
  if (reminding.length > 0) {
    await tx.sql('reminders').insert(
      reminding.map(({ installment, days }) => ({
        environment_id: tx.environment.id,
        plan_id: plan.id,
        on_date: today,
        number: installment.number,
        due_date: installment.dueDate,
        days,
      })),
    );
  }
  return reminding;
}

/** When there is next something to remind of; null when nothing is owed. */
export function nextReminderAt(tx: Tx): UpcomingSql {
  const days = allReminderDays(tx.now.toISOString().slice(0, 10));
  return tx.sql.raw(
    `select min(at) as at from (
       select (i.due_date + day)::timestamp at time zone p.time_zone as at
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       cross join unnest(?::integer[]) as day
       where i.environment_id = ? and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
         and p.status = 'active'
     ) dates where at > ?`,
    [days, tx.environment.id, tx.now],
  );
}
