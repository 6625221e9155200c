import { z } from 'zod';
import { defineRoute, type Route } from '../../src/http/route.ts';
import {
  Amount,
  AmountJson,
  CurrencyCode,
  idOf,
  MerchantReference,
  pageOf,
  PageQuery,
  Timestamp,
  toPage,
} from '../../src/http/schemas.ts';
import { GatewayError } from '../../src/lib/errors.ts';
import { newId } from '../../src/lib/ids.ts';
import { toJsonAmount } from '../../src/lib/money.ts';
import { transact, type Tx } from '../../src/lib/tx.ts';
import { insertMerchant } from './demo-merchant.ts';

/** Where tests stop the handlers: how often one was entered, and what it waits for before it ends. */
export type Stage = { entered: number; wait: (reference: string) => Promise<void> };

const Reversal = z
  .object({
    id: idOf('ord'),
    merchant_reference: MerchantReference,
    amount: AmountJson,
    currency: CurrencyCode,
    created_at: Timestamp,
  })
  .meta({ id: 'DemoReversal' });

const NewReversal = z.strictObject({
  merchant_reference: MerchantReference,
  amount: Amount,
  currency: CurrencyCode,
  lines: z.array(z.strictObject({ name: z.string().max(50), amount: Amount })).optional(),
});

const example = {
  id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' as const,
  merchant_reference: 'order-1001',
  amount: 10000,
  currency: 'CNY',
  created_at: '2026-03-01T08:30:00.000Z',
};

type Row = { environment_id: string; merchant_id: string; merchant_reference: string };

async function insertReversal(tx: Tx, merchantId: string, reference: string): Promise<void> {
  await tx
    .sql('order_reversals')
    .insert({
      environment_id: tx.environment.id,
      merchant_id: merchantId,
      merchant_reference: reference,
      created_at: tx.now,
    })
    .onConflict()
    .ignore();
}

/** A write: what the reference begins with says how it ends, always after its row was inserted. */
function writeRoute(stage: Stage): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/reversals',
    operationId: 'createReversal',
    summary: 'Keeps a reference from becoming an order',
    tags: ['Demo'],
    auth: 'merchant',
    scope: 'orders',
    body: NewReversal,
    bodyExample: { merchant_reference: 'order-1001', amount: 10000, currency: 'CNY' },
    success: { status: 201, description: 'It is kept.', schema: Reversal, example },
    problems: ['authorization_declined', 'state_conflict', 'amount_invalid', 'currency_unsupported'],
    write: async (tx, { body, merchant }) => {
      const { merchant_reference: reference, amount, currency } = body;
      stage.entered += 1;
      await insertReversal(tx, merchant.id, reference);
      await stage.wait(reference);
      if (reference.startsWith('decline')) {
        return { problem: new GatewayError('authorization_declined', { extra: { assessment: 'asm_1' } }) };
      }
      if (reference.startsWith('refuse'))
        throw new GatewayError('state_conflict', { detail: 'It was shipped.' });
      if (reference.startsWith('misreturn')) return { problem: new GatewayError('state_conflict') };
      if (reference.startsWith('crash')) await tx.sql.raw('select 1 / 0');
      if (reference.startsWith('bigint')) return { ...example, amount: amount as unknown as number };
      return {
        id: newId('ord'),
        merchant_reference: reference,
        amount: toJsonAmount(amount),
        currency,
        created_at: tx.now.toISOString(),
      };
    },
  });
}

const listRoute = defineRoute({
  method: 'get',
  path: '/v1/reversals',
  operationId: 'listReversals',
  summary: 'References that were kept',
  tags: ['Demo'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery,
  success: {
    status: 200,
    description: 'One page.',
    schema: pageOf(z.object({ merchant_reference: MerchantReference })),
    example: { data: [{ merchant_reference: 'order-1001' }], next_cursor: null },
  },
  problems: ['cursor_invalid'],
  read: async (tx, { query, merchant }) => {
    const rows = await tx
      .sql<Row>('order_reversals')
      .where({ environment_id: tx.environment.id, merchant_id: merchant.id })
      .where('merchant_reference', '>', query.cursor ?? '')
      .orderBy('merchant_reference')
      .limit(query.limit + 1);
    return toPage(
      rows,
      query.limit,
      (row) => row.merchant_reference,
      (row) => ({ merchant_reference: row.merchant_reference }),
    );
  },
});

const findRoute = defineRoute({
  method: 'get',
  path: '/v1/reversals/{order_id}',
  operationId: 'getReversal',
  summary: 'One of them',
  tags: ['Demo'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ order_id: idOf('ord') }),
  success: { status: 200, description: 'It.', schema: Reversal, example },
  read: async (_tx, { params }) => ({ ...example, id: params.order_id }),
});

/** Work with transactions of its own, between which it could call outside; safe to run again. */
function runRoute(stage: Stage): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/reversals/outside',
    operationId: 'createReversalOutside',
    summary: 'Keeps a reference after asking somebody else',
    tags: ['Demo'],
    auth: 'merchant',
    scope: 'orders',
    body: z.strictObject({ merchant_reference: MerchantReference }),
    success: {
      status: 200,
      description: 'It is kept.',
      schema: z.object({ merchant_reference: MerchantReference }),
      example: { merchant_reference: 'order-1001' },
    },
    problems: ['payment_declined', 'processor_unavailable'],
    run: async (context, { body, merchant }) => {
      stage.entered += 1;
      const { merchant_reference: reference } = body;
      const actor = { kind: 'merchant', id: merchant.id, kid: merchant.kid } as const;
      await stage.wait(reference);
      await transact(context, { environmentId: merchant.environmentId, actor }, (tx) =>
        insertReversal(tx, merchant.id, reference),
      );
      if (reference.startsWith('decline')) return { problem: new GatewayError('payment_declined') };
      if (reference.startsWith('refuse')) throw new GatewayError('processor_unavailable');
      if (reference.startsWith('end')) {
        const ended = context.db('environments').where({ id: merchant.environmentId });
        await ended.update({ expires_at: context.clock.now() });
      }
      return { merchant_reference: reference };
    },
  });
}

/** A registration: an environment, a merchant, and the key that the request is signed with. */
function registerRoute(stage: Stage): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/openings',
    operationId: 'createOpening',
    summary: 'Opens a sandbox',
    tags: ['Demo'],
    auth: 'new_key',
    body: z.strictObject({ name: z.string().min(1).max(100), jwk: z.record(z.string(), z.unknown()) }),
    success: {
      status: 201,
      description: 'It is open.',
      schema: z.object({ id: idOf('sbx'), key_id: z.string() }),
      example: { id: 'sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071', key_id: 'mer_1/k1' },
    },
    run: async ({ db, clock }, { newKey, body }) => {
      stage.entered += 1;
      const environmentId = newId('sbx');
      const merchantId = newId('mer');
      await insertMerchant(db, {
        environmentId,
        merchantId,
        now: clock.now(),
        jwk: newKey.jwk,
        scopes: ['read'],
      });
      await stage.wait(body.name);
      return { id: environmentId, key_id: `${merchantId}/${newKey.kid}` };
    },
  });
}

export function demoRoutes(stage: Stage): Route[] {
  return [findRoute, listRoute, writeRoute(stage), runRoute(stage), registerRoute(stage)];
}
