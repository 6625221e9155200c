import { z } from 'zod';
import { AmountJson, idOf, MerchantReference, Timestamp } from '../../http/schemas.ts';
import type { Id } from '../../lib/ids.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import {
  rejectionReasons,
  type Return,
  returnActions,
  returnReasons,
  returnStatuses,
} from '../../orders/returns.ts';

export const ReturnJson = z
  .object({
    id: idOf('ret'),
    object: z.literal('return'),
    order_id: idOf('ord'),
    status: z.enum(returnStatuses),
    declared_by: z.enum(['merchant', 'shopper']),
    reference: MerchantReference.nullable().meta({
      description: 'Yours, where you declared it; null where the shopper did.',
    }),
    amount: AmountJson.meta({ description: 'What is hoped to be refunded.' }),
    items: z
      .array(z.object({ name: z.string(), quantity: z.int(), amount: AmountJson }))
      .meta({ description: 'The lines of the cart that the shopper named, if any.' }),
    reason: z.enum(returnReasons),
    respond_by: Timestamp.meta({
      description: "Until then, by the environment's clock, it can be answered, and the dues stand still.",
    }),
    refund_id: idOf('rfd').nullable(),
    rejection: z.enum(rejectionReasons).nullable(),
    allowed_actions: z.array(z.enum(['accept', 'reject'])),
    version: z.int(),
    created_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: 'Return' });

export type ReturnJson = z.output<typeof ReturnJson>;

export const returnExample: ReturnJson = {
  id: 'ret_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'return',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  status: 'declared',
  declared_by: 'shopper',
  reference: null,
  amount: 4000,
  items: [{ name: 'Oolong, 100 g', quantity: 1, amount: 4000 }],
  reason: 'damaged',
  respond_by: '2026-03-24T16:00:00.000Z',
  refund_id: null,
  rejection: null,
  allowed_actions: ['accept', 'reject'],
  version: 1,
  created_at: '2026-03-10T08:30:00.000Z',
  ended_at: null,
};

export function returnJson(tx: Tx, found: Return): ReturnJson {
  return {
    id: found.id,
    object: 'return',
    order_id: found.orderId as Id<'ord'>,
    status: found.status,
    declared_by: found.declaredBy,
    reference: found.reference,
    amount: toJsonAmount(found.amount),
    items: found.items,
    reason: found.reason,
    respond_by: found.respondBy.toISOString(),
    refund_id: found.refundId as Id<'rfd'> | null,
    rejection: found.rejection,
    allowed_actions: returnActions(found, tx.now).filter((action) => action !== 'withdraw'),
    version: found.version,
    created_at: found.createdAt.toISOString(),
    ended_at: found.endedAt?.toISOString() ?? null,
  };
}
