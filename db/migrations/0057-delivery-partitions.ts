import type { Migration } from './migration.ts';
import { swapForPartitions } from './swap-for-partitions.ts';

/**
 * Deliveries of webhooks go by whole months. That an attempt is made once holds within a partition, because a key over all of
 * them would have to hold the id; who makes one holds the lock of its endpoint and has looked, and that is what keeps twins out.
 */
export const deliveryPartitions: Migration = {
  name: '0057-delivery-partitions',
  concurrently: true,
  accepted: {
    not_concurrent:
      'names change in one transaction that waits 0.15 s for a lock at most and is tried again as a whole',
  },
  up: (db) =>
    swapForPartitions(db, {
      table: 'deliveries',
      idPrefix: 'dlv',
      every: 'month',
      from: 2,
      key: 'primary key (environment_id, id)',
      indexes: [
        'deliveries_list on deliveries (environment_id, endpoint_id, id)',
        `deliveries_not_succeeded on deliveries (environment_id, endpoint_id, id) where status <> 'succeeded'`,
        `deliveries_pending on deliveries (scheduled_at) where status = 'pending'`,
      ],
      ofDefault: `create unique index deliveries_default_once
        on deliveries_default (environment_id, endpoint_id, event_id, redelivery, attempt);`,
    }),
};
