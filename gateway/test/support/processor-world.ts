import { randomBytes } from 'node:crypto';
import type { Knex } from '@morrow/db';
import type { TxHost } from '../../src/lib/tx.ts';
import { createVault } from '../../src/lib/vault.ts';
import { newId } from '../../src/lib/ids.ts';
import { startAttempt } from '../../src/processor/attempts.ts';
import type { Finish, ProcessorHost } from '../../src/processor/carry-out.ts';
import { addPaymentMethod, type PaymentMethod } from '../../src/processor/payment-methods.ts';
import type { Purpose } from '../../src/processor/port.ts';
import { createProcessors } from '../../src/processor/processors.ts';
import type { TestMethodName } from '../../src/processor/test-methods.ts';
import { inside, movableClock, type MovableClock } from './events-world.ts';

export type ProcessorTestHost = ProcessorHost & { clock: MovableClock };

/** Long enough for the mock to answer on a busy machine, and the time that each unanswered charge takes. */
const timeoutMs = 5_000;

export function processorHost(db: Knex, clock: MovableClock = movableClock()): ProcessorTestHost {
  return {
    db,
    clock,
    vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
    processorFor: createProcessors({ sandbox: true, timeoutMs }),
  };
}

export async function createShopper(host: TxHost, environmentId: string): Promise<string> {
  const id = newId('shp');
  await host.db('shoppers').insert({
    environment_id: environmentId,
    id,
    data_key: 'none',
    phone_index: randomBytes(32),
    phone_sealed: 'none',
    locale: 'en',
    created_at: host.clock.now(),
  });
  return id;
}

/** A shopper with one saved test method. */
export async function createPayer(
  host: ProcessorHost,
  environmentId: string,
  name: TestMethodName = 'ok',
): Promise<PaymentMethod> {
  const shopperId = await createShopper(host, environmentId);
  const saved = await host
    .processorFor('sandbox')
    .saveTestMethod({ idempotencyKey: shopperId, environmentId, name });
  return inside(host, environmentId, (tx) => addPaymentMethod(tx, { shopperId, saved }));
}

export function begin(
  host: ProcessorHost,
  environmentId: string,
  input: { purpose?: Purpose; payer?: PaymentMethod; target?: string; amount?: bigint },
): Promise<string> {
  return inside(host, environmentId, (tx) =>
    startAttempt(tx, {
      purpose: input.purpose ?? 'repayment',
      subjectId: 'rep_test',
      amount: input.amount ?? 2_500n,
      currency: 'CNY',
      ...(input.payer && { paymentMethodId: input.payer.id }),
      ...(input.target !== undefined && { target: input.target }),
    }),
  );
}

/** The table that `noteFinish` writes, in place of what a module would do with an outcome. */
export async function createFinishes(db: Knex): Promise<void> {
  await db.raw('create table finishes (attempt_id text, status text, detail text)');
}

export const noteFinish: Finish = async (tx, attempt, outcome) => {
  await tx.sql('finishes').insert({
    attempt_id: attempt.id,
    status: outcome.status,
    detail: outcome.status === 'succeeded' ? outcome.reference : outcome.code,
  });
};

export function finishesOf(db: Knex, attemptId: string): Promise<{ status: string; detail: string }[]> {
  return db('finishes').where({ attempt_id: attemptId }).select('status', 'detail');
}

/** The money that the processor has taken for an attempt, one row for each charge. */
export async function chargesOf(db: Knex, attemptId: string): Promise<{ amount: number }[]> {
  const rows = await db('mock_processor.objects')
    .where({ kind: 'payment_intent' })
    .whereRaw("object->'metadata'->>'attempt_id' = ? and (object->>'amount_received')::int > 0", [attemptId])
    .select('object');
  return rows.map(({ object }) => ({ amount: object.amount_received }));
}
