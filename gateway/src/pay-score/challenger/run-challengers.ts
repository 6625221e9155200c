import { type TxHost, transact } from '../../lib/tx.ts';
import { scoreNext } from './score-next.ts';

const batch = 500;

/**
 * Lets every challenger of an environment score what it has not scored, a batch a transaction: what is done stays done
 * when it is stopped. Returns how many scores were made; `onBatch` is told of each batch's. A sandbox whose clock moves
 * is read all the same, because stored inputs do not.
 */
export async function runChallengers(
  host: TxHost,
  environmentId: string,
  onBatch: (scored: number) => void = () => undefined,
): Promise<number> {
  let total = 0;
  for (;;) {
    const scored = await transact(
      host,
      { environmentId, actor: { kind: 'system', id: 'challengers' }, access: 'read' },
      (tx) => scoreNext(tx, { limit: batch }),
    );
    if (scored === 0) return total;
    total += scored;
    onBatch(scored);
  }
}
