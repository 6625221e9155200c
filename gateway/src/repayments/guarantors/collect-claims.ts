import { addDays, type CalendarDate, dateIn, startOf } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { startRepayment } from '../collect.ts';
import { isHardDecline } from '../declines.ts';
import { lockDebt, todayOf } from '../plans.ts';
import { claimOn } from './claims.ts';

/**
 * A debtor whose plan asks for nothing more is asked to pay the friend back so many days after the friend's card was
 * charged, as long as it fails. Where more falls due, the claim is asked for together with it (`collectWhatIsDue`).
 */
const claimDays: readonly number[] = [1, 3, 7, 14, 30];

type Claim = {
  planId: string;
  timeZone: string;
  calledOn: CalendarDate;
  /** How often the debtor's card was asked since, when last, and how that ended. */
  tries: number;
  lastOn: CalendarDate | null;
  lastCode: string | null;
  lastMethodId: string | null;
  methodId: string;
  isWaiting: boolean;
};

async function listClaims(tx: Tx): Promise<Claim[]> {
  const { rows } = await tx.sql.raw<{ rows: Claim[] }>(
    `select p.id as "planId", p.time_zone as "timeZone", p.payment_method_id as "methodId",
       (c.called_at at time zone p.time_zone)::date as "calledOn",
       coalesce(own.tries, 0)::int as tries,
       (own.last_at at time zone p.time_zone)::date as "lastOn", own.last_code as "lastCode",
       own.last_method as "lastMethodId", coalesce(own.waiting, false) as "isWaiting"
     from (
       select r.plan_id, max(r.finished_at) as called_at, max(r.id) as id from repayments r
       where r.environment_id = :environment and r.guarantee_id is not null and r.status in ('succeeded', 'charged_back')
       group by r.plan_id having bool_or(r.returned_amount < r.amount)) c
     join plans p on p.environment_id = :environment and p.id = c.plan_id
     left join lateral (
       select count(*) as tries, max(r.created_at) as last_at, bool_or(r.status = 'pending') as waiting,
         (array_agg(r.failure_code order by r.id desc))[1] as last_code,
         (array_agg(a.payment_method_id order by r.id desc))[1] as last_method
       from repayments r
         join processor_attempts a
           on a.environment_id = r.environment_id and a.subject_id = r.id and a.purpose = 'repayment'
       where r.environment_id = :environment and r.plan_id = c.plan_id and r.guarantee_id is null and r.id > c.id) own
       on true
     where not exists (select from installments i
       where i.environment_id = :environment and i.plan_id = c.plan_id and i.status in ('scheduled', 'due', 'overdue'))
     order by p.id`,
    { environment: tx.environment.id },
  );
  return rows;
}

/** The next date on which the debtor's card is asked; undefined when it is not any more. */
function nextTryOn(claim: Claim): CalendarDate | undefined {
  const day = claimDays[claim.tries];
  const isRefused = isHardDecline(claim.lastCode) && claim.lastMethodId === claim.methodId;
  return day === undefined || claim.isWaiting || isRefused ? undefined : addDays(claim.calledOn, day);
}

/** The ids of plans whose claim is to be collected on the date at `tx.now`. */
export async function findClaimsToCollect(tx: Tx): Promise<string[]> {
  return (await listClaims(tx)).filter((claim) => isDue(tx, claim)).map(({ planId }) => planId);
}

function isDue(tx: Tx, claim: Claim): boolean {
  const today = dateIn(claim.timeZone, tx.now);
  const next = nextTryOn(claim);
  return next !== undefined && next <= today && claim.lastOn !== today;
}

/** Asks the debtor's card for what their friend has paid. Doing so twice on a date asks once. */
export async function collectClaim(tx: Tx, planId: string): Promise<void> {
  const plan = await lockDebt(tx, planId);
  const claim = (await listClaims(tx)).find((open) => open.planId === planId);
  if (!claim || !isDue(tx, claim) || claim.lastOn === todayOf(tx, plan)) return;
  await startRepayment(tx, { planId, amount: await claimOn(tx, planId) });
}

/** When a claim is next collected, at the start of a date of its plan. */
export async function nextClaimAt(tx: Tx): Promise<Date | undefined> {
  const next = (await listClaims(tx)).flatMap((claim) => {
    const on = nextTryOn(claim);
    return on === undefined ? [] : [startOf(on, claim.timeZone)];
  });
  return next.filter((at) => at > tx.now).toSorted((a, b) => a.getTime() - b.getTime())[0];
}
