import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf, Timestamp } from '../http/schemas.ts';
import { listReceipts } from '../repayments/receipts.ts';
import { findPlan } from '../repayments/plans.ts';

const ReceiptJson = z
  .object({
    sequence: z
      .int()
      .min(0)
      .meta({ description: '0 is the agreement; each change of its terms is the next.' }),
    kind: z.enum(['agreement', 'amendment']),
    issued_at: Timestamp,
    hash: z.string().meta({ description: 'SHA-256 of `jws` in hex; the next receipt names it.' }),
    jws: z.string().meta({
      description:
        "A compact JWS by one of the gateway's keys (GET /.well-known/jwks.json), typ morrow-receipt+jwt.",
    }),
  })
  .meta({ id: 'PlanReceipt' });

const list = defineRoute({
  method: 'get',
  path: '/v1/plans/{plan_id}/receipts',
  operationId: 'listPlanReceipts',
  summary: "Read a plan's signed receipts",
  description:
    'The agreement and every amendment of it, oldest first, signed and each naming the hash of the one before. ' +
    'They show what was agreed, the schedule after each change, and what your own captures and refunds changed. What is ' +
    "the shopper's alone (the texts they read, fees, pauses, hardship) is signed as salted hashes and not opened here.",
  tags: ['Plans'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ plan_id: idOf('pln') }),
  success: {
    status: 200,
    description: 'The chain.',
    schema: z.object({ data: z.array(ReceiptJson) }),
    example: {
      data: [
        {
          sequence: 0,
          kind: 'agreement',
          issued_at: '2026-03-01T08:30:00.000Z',
          hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          jws: 'eyJhbGciOiJFZERTQSJ9.eyJraW5kIjoiYWdyZWVtZW50In0.c2lnbmF0dXJl',
        },
      ],
    },
  },
  async read(tx, { params, merchant }) {
    const plan = await findPlan(tx, { planId: params.plan_id, merchantId: merchant.id });
    const receipts = await listReceipts(tx, plan.id);
    return {
      data: receipts.map(({ sequence, createdAt, hash, jws }) => ({
        sequence,
        kind: sequence === 0 ? ('agreement' as const) : ('amendment' as const),
        issued_at: createdAt.toISOString(),
        hash,
        jws,
      })),
    };
  },
});

export const planReceiptRoutes: Route[] = [list];
