import type { Knex } from '@morrow/db';
import { z } from 'zod';
import { GatewayError } from '../lib/errors.ts';
import { defineRoute, type Route } from './route.ts';

const READY_TIMEOUT_MS = 2_000;

const readOnlySql = `select current_setting('transaction_read_only') as read_only`;

/**
 * What a gateway serves beside its API: whether it lives, and whether it can work. `pendingMigrations` names the
 * migrations that the code has and the database has not.
 */
export function systemRoutes(pendingMigrations: (db: Knex) => Promise<string[]>): Route[] {
  return [health, ready(pendingMigrations)];
}

const health = defineRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Whether the process is up',
  description:
    'Whether the process is up; it looks at nothing else. For whatever restarts processes that hang.',
  tags: ['System'],
  auth: 'none',
  isUnlimited: true,
  success: {
    status: 200,
    description: 'It is.',
    schema: z.object({ status: z.literal('up') }).meta({ id: 'Health' }),
    example: { status: 'up' },
  },
  run: async () => ({ status: 'up' as const }),
});

function ready(pendingMigrations: (db: Knex) => Promise<string[]>): Route {
  return defineRoute({
    method: 'get',
    path: '/ready',
    operationId: 'getReadiness',
    summary: 'Whether the process can serve: its database answers and has the right schema',
    description:
      'Whether the process can serve: its database answers and has the right schema, and it was not told to end. ' +
      'For whatever decides which processes get requests.',
    tags: ['System'],
    auth: 'none',
    isUnlimited: true,
    success: {
      status: 200,
      description: 'It can.',
      schema: z.object({ status: z.literal('ready') }).meta({ id: 'Readiness' }),
      example: { status: 'ready' },
    },
    run: async ({ db, isEnding }) => {
      if (isEnding) {
        throw new GatewayError('unavailable', {
          detail: 'The process was told to end.',
          retryAfterSeconds: 1,
        });
      }
      const { rows } = await db.raw<{ rows: { read_only: string }[] }>(readOnlySql).timeout(READY_TIMEOUT_MS);
      // As on a standby: for a moment after another server has taken over, the way to the leader may end here.
      if (rows[0]?.read_only === 'on') {
        throw new GatewayError('unavailable', {
          detail: 'The database may only be read.',
          retryAfterSeconds: 2,
        });
      }
      const pending = await pendingMigrations(db);
      if (pending.length > 0) {
        throw new GatewayError('unavailable', {
          detail: `The database lacks migrations: ${pending.length}.`,
          retryAfterSeconds: 5,
        });
      }
      return { status: 'ready' as const };
    },
  });
}
