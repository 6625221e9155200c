import type { Tx } from '../lib/tx.ts';
import type { RepaymentRow } from './repayments.ts';

/** What of a repayment was sent back to the card that paid it, or is on its way: by refunds, or because it was too much. */
export async function sentBackTo(tx: Tx, repaymentId: string): Promise<bigint> {
  const { rows } = await tx.sql.raw<{ rows: { amount: bigint }[] }>(
    `select coalesce(sum(back.amount), 0)::int8 as amount
     from processor_attempts charge
       join processor_attempts back
         on back.environment_id = charge.environment_id and back.target = charge.processor_reference
     where charge.environment_id = ? and charge.subject_id = ? and charge.purpose = 'repayment'
       and charge.status = 'succeeded' and back.purpose = 'money_back' and back.status <> 'failed'`,
    [tx.environment.id, repaymentId],
  );
  return rows[0]?.amount ?? 0n;
}

/** What of a repayment is its payer's again, because nothing needed it, and could not be sent to them. */
export async function unsentOf(tx: Tx, repayment: RepaymentRow): Promise<bigint> {
  const { rows } = await tx.sql.raw<{ rows: { owed: bigint; sent: bigint }[] }>(
    `select
       coalesce((
         select sum(amount) from ledger_transfers
         where environment_id = :environment and subject_id = :id and event = 'overpayment'), 0)::int8 as owed,
       coalesce((
         select sum(amount) from processor_attempts
         where environment_id = :environment and subject_id = :id and purpose = 'money_back' and status <> 'failed'
       ), 0)::int8 as sent`,
    { environment: tx.environment.id, id: repayment.id },
  );
  const { owed = 0n, sent = 0n } = rows[0] ?? {};
  const back = repayment.guarantee_id === null ? owed : repayment.returned_amount;
  return back > sent ? back - sent : 0n;
}
