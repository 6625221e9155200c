import { transact, type Tx, type TxHost } from '../lib/tx.ts';

/**
 * One transaction of the delivery worker. It takes the environment's clock as it is ('read'): deliveries follow the
 * wall clock, so that they neither keep a sandbox's clock from moving nor lose an outcome because it moves.
 */
export function inEnvironment<T>(
  host: TxHost,
  environmentId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(host, { environmentId, actor: { kind: 'system', id: 'webhooks' }, access: 'read' }, work);
}
