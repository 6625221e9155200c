import type { Knex } from '@morrow/db';
import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

export const faultKinds = [
  'card_expires',
  'card_declines',
  'processor_timeout',
  'processor_late_answer',
  'funder_down',
  'funder_refuses',
  'funder_hangs',
  'funder_flaps',
  'webhook_lost',
  'double_webhook',
  'api_unavailable',
  'api_rate_limited',
  'api_answer_lost',
  'api_slow_answer',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Something that is to go wrong in a sandbox. */
export type Fault = {
  id: Id<'flt'>;
  kind: FaultKind;
  /** How often it happens; null for what lasts until it is cleared. */
  times: number | null;
  /** How often it has happened. */
  used: number;
  /** The business date from which a card has expired. */
  fromDate: CalendarDate | null;
  /** With which code a card is declined. */
  declineCode: string | null;
  /** The plan whose card is meant; null for every card. */
  planId: string | null;
  /** The processor's name for that card. */
  processorMethod: string | null;
  /** The funder that is meant; null for all. */
  funderId: string | null;
  createdAt: Date;
};

type FaultRow = {
  environment_id: string;
  id: Id<'flt'>;
  kind: FaultKind;
  times: number | null;
  used: number;
  from_date: CalendarDate | null;
  decline_code: string | null;
  plan_id: string | null;
  processor_method: string | null;
  funder_id: string | null;
  created_at: Date;
};

export type NewFault = Pick<Fault, 'kind' | 'times'> &
  Partial<Pick<Fault, 'fromDate' | 'declineCode' | 'planId' | 'processorMethod' | 'funderId'>>;

function toFault(row: FaultRow): Fault {
  return {
    id: row.id,
    kind: row.kind,
    times: row.times,
    used: row.used,
    fromDate: row.from_date,
    declineCode: row.decline_code,
    planId: row.plan_id,
    processorMethod: row.processor_method,
    funderId: row.funder_id,
    createdAt: row.created_at,
  };
}

/** Stores a fault; it happens from now on, by the rules of whoever asks for it. */
export async function storeFault(tx: Tx, input: NewFault): Promise<Fault> {
  const [row] = await tx
    .sql<FaultRow>('sandbox_faults')
    .insert({
      environment_id: tx.environment.id,
      id: newId('flt'),
      kind: input.kind,
      times: input.times,
      from_date: input.fromDate ?? null,
      decline_code: input.declineCode ?? null,
      plan_id: input.planId ?? null,
      processor_method: input.processorMethod ?? null,
      funder_id: input.funderId ?? null,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the fault was not stored');
  return toFault(row);
}

/** The faults of the sandbox, those that have happened as often as they should among them, the oldest first. */
export async function listFaults(tx: Tx): Promise<Fault[]> {
  const rows = await tx
    .sql<FaultRow>('sandbox_faults')
    .where({ environment_id: tx.environment.id })
    .orderBy('id');
  return rows.map(toFault);
}

/** Takes a fault away; throws `not_found`. */
export async function removeFault(tx: Tx, faultId: string): Promise<Fault> {
  const [row] = await tx
    .sql<FaultRow>('sandbox_faults')
    .where({ environment_id: tx.environment.id, id: faultId as Id<'flt'> })
    .delete()
    .returning('*');
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such fault.' });
  return toFault(row);
}

/**
 * The oldest fault of these kinds that is to happen now, counted as having happened when the transaction is committed.
 * `method` is the processor's name for the card that is about to be used, and `funderId` who is about to be asked, where
 * there is one.
 */
export async function takeFault(
  sql: Knex.Transaction,
  input: { environmentId: string; kinds: readonly FaultKind[]; method?: string; funderId?: string },
): Promise<Fault | undefined> {
  const result = await sql.raw<{ rows: FaultRow[] }>(
    `update sandbox_faults set used = used + 1
     where environment_id = :environment and id = (
       select f.id from sandbox_faults f join environments e on e.id = f.environment_id
       where f.environment_id = :environment and f.kind = any(:kinds)
         and (f.times is null or f.used < f.times)
         and (f.processor_method is null or f.processor_method = :method)
         and (f.funder_id is null or f.funder_id = :funder)
         and (f.from_date is null or f.from_date <= (e.clock_at at time zone e.time_zone)::date)
       order by f.id limit 1 for update of f)
     returning *`,
    {
      environment: input.environmentId,
      kinds: [...input.kinds],
      method: input.method ?? null,
      funder: input.funderId ?? null,
    },
  );
  const [row] = result.rows;
  return row && toFault(row);
}

/** Whether a fault of these kinds, which happen a number of times, is still to happen in an environment. */
export async function hasFaults(
  sql: Knex,
  input: { environmentId: string; kinds: readonly FaultKind[] },
): Promise<boolean> {
  const row = await sql<FaultRow>('sandbox_faults')
    .where({ environment_id: input.environmentId })
    .whereIn('kind', input.kinds)
    .whereRaw('used < times')
    .first('id');
  return row !== undefined;
}
