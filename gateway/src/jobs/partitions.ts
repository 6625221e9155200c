import { maintainPartitions, type Partitioned } from '@morrow/db';
import type { Logger } from 'pino';
import { requestPartitions } from '../http/find-requests.ts';
import type { TxHost } from '../lib/tx.ts';
import { deliveryPartitions } from '../webhooks/deliveries.ts';

/** Every table with partitions; docs/decisions/0012-partitions-by-id.md says why these. */
export const partitioned: readonly Partitioned[] = [requestPartitions, deliveryPartitions];

/** Makes partitions ahead of time and drops those past what is kept, by the wall's clock. What is in use is left to the next time. */
export async function keepPartitions({ db, clock, log }: TxHost & { log: Logger }): Promise<void> {
  for (const of of partitioned) {
    const { created, dropped, left } = await maintainPartitions(db, of, clock.now());
    if (created.length + dropped.length > 0) log.info({ created, dropped }, 'partitions were changed');
    if (left.length > 0) log.warn({ left }, 'partitions were left for the next time');
  }
}
