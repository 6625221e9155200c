import type { Migration } from './migration.ts';
import { swapForPartitions } from './swap-for-partitions.ts';

/**
 * The request log goes by whole days: a partition that is dropped costs nothing, and millions of rows that are deleted leave as
 * much to be written and swept. docs/decisions/0012-partitions-by-id.md says which tables have partitions, and which cannot.
 */
export const partitions: Migration = {
  name: '0056-partitions',
  concurrently: true,
  accepted: {
    not_concurrent:
      'names change in one transaction that waits 0.15 s for a lock at most and is tried again as a whole',
  },
  async up(db) {
    await swapForPartitions(db, {
      table: 'api_requests',
      idPrefix: 'req',
      every: 'day',
      from: 2,
      key: 'primary key (environment_id, merchant_id, id)',
      indexes: [
        'api_requests_problem on api_requests (environment_id, merchant_id, problem, id) where problem is not null',
        'api_requests_kid on api_requests (environment_id, merchant_id, kid, id) where kid is not null',
      ],
    });
    // Nonces that may be used again are looked for each hour.
    await db.raw('set lock_timeout = 0');
    await db.raw('drop index concurrently if exists signature_nonces_expiry');
    await db.raw('create index concurrently signature_nonces_expiry on signature_nonces (expires_at)');
  },
};
