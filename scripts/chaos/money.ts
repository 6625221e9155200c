import type { World } from './world.ts';

/**
 * Where the processor's memory and ours differ. The processor is a system of its own: what it has moved for an attempt is
 * compared with what the attempt asked for, once, and with what we say became of it.
 */
export async function moneyFaults({ host }: World): Promise<{ lost: string[]; duplicated: string[] }> {
  const { rows } = await host.db.raw<{ rows: Moved[] }>(movedSql);
  const lost: string[] = [];
  const duplicated: string[] = [];
  for (const { id, purpose, status, asked, moves, moved } of rows) {
    const line = `${purpose} ${id}: ${status} with ${asked}, moved ${moved} in ${moves}`;
    if (moves > 1 || (moves === 1 && status === 'failed')) duplicated.push(line);
    else if (status === 'succeeded' && (moves !== 1 || moved !== asked)) lost.push(line);
  }
  const { rows: strays } = await host.db.raw<{ rows: { id: string }[] }>(straysSql);
  for (const { id } of strays) duplicated.push(`${id}: moved for an attempt that nobody made`);
  return { lost, duplicated };
}

type Moved = { id: string; purpose: string; status: string; asked: number; moves: number; moved: number };

const objectsSql = `
  select o.kind, o.id, o.object->'metadata'->>'attempt_id' as attempt_id,
    case o.kind when 'payment_intent' then (o.object->>'amount_received')::int else (o.object->>'amount')::int end as amount
  from mock_processor.objects o
  where o.kind in ('payment_intent', 'refund', 'transfer') and o.object->'metadata'->>'attempt_id' is not null`;

const movedSql = `
  with moves as (${objectsSql})
  select a.id, a.purpose, a.status, a.amount::int as asked, count(m.id)::int as moves,
    coalesce(sum(m.amount), 0)::int as moved
  from processor_attempts a
  left join moves m on m.attempt_id = a.id and m.amount > 0
  where a.purpose in ('repayment', 'money_back', 'payout')
  group by a.id, a.purpose, a.status, a.amount`;

const straysSql = `
  with moves as (${objectsSql})
  select m.id from moves m where m.amount > 0 and not exists (select from processor_attempts a where a.id = m.attempt_id)`;

/** What shoppers' cards have paid for a plan and not got back, as the processor has it, by plan. */
export async function paidByPlan({ host }: World): Promise<Map<string, number>> {
  const { rows } = await host.db.raw<{ rows: { plan_id: string; paid: number }[] }>(
    `with intents as (
       select o.id, r.plan_id, (o.object->>'amount_received')::int as amount
       from repayments r
       join processor_attempts a on a.environment_id = r.environment_id and a.subject_id = r.id and a.purpose = 'repayment'
       join mock_processor.objects o on o.kind = 'payment_intent' and o.object->'metadata'->>'attempt_id' = a.id
       where (o.object->>'amount_received')::int > 0),
     back as (
       select o.object->>'payment_intent' as intent, sum((o.object->>'amount')::int)::int as amount
       from mock_processor.objects o where o.kind = 'refund' group by 1)
     select i.plan_id, sum(i.amount - coalesce(b.amount, 0))::int as paid
     from intents i left join back b on b.intent = i.id group by 1`,
  );
  return new Map(rows.map(({ plan_id, paid }) => [plan_id, paid]));
}
