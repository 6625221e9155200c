import type { Tx } from '../../lib/tx.ts';
import { indexesOf } from '../../shoppers/blind-index.ts';
import { guaranteesOf, toGuarantee } from './guarantees.ts';
import { lapsesOn, todayIn } from './state.ts';

/** Whether an offer waits for this phone, in E.164: its owner has to be able to sign in to answer it. */
export async function isInvitedPhone(tx: Tx, phone: string): Promise<boolean> {
  const rows = await guaranteesOf(tx, { status: 'offered' }).whereIn(
    'phone_index',
    indexesOf(tx, 'guarantees.phone', phone),
  );
  return rows.map(toGuarantee).some((offer) => todayIn(tx) < lapsesOn(offer));
}
