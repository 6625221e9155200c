import {
  type Ask,
  claimWithdrawal,
  findOpenAsks,
  type OpenAsk,
  questionOf,
  settleWithdrawal,
} from '../credit/desks/asks.ts';
import { type DeskHost, desksOf, withdrawFromDesk } from '../credit/desks/desks.ts';
import type { Environment, TxOptions } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import { askFunders } from './ask-funders.ts';

/** Asks and withdrawals under way at once; they wait on funders, not on this machine. */
const batchSize = 16;

/**
 * One round over what nobody finishes: questions whose asker died before it wrote down the answer are asked again under the
 * same id, and whoever may have accepted what is not wanted is told. Nobody is offered to here, because nobody is there to
 * agree. Returns how much there was; one failure holds up no other, and the first is thrown at the end.
 */
export async function finishOpenAsks(host: DeskHost): Promise<number> {
  const open = await findOpenAsks(host, { limit: batchSize });
  const results = await Promise.allSettled(
    open.map((ask) => (ask.tellWithdrawn ? tell(host, ask) : askFunders(host, ask).then(() => undefined))),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return open.length;
}

async function tell(host: DeskHost, { environmentId, askId }: OpenAsk): Promise<void> {
  const options: TxOptions = { environmentId, actor: { kind: 'system', id: 'funders' } };
  const claimed = await transact(host, options, async (tx) => ({
    environment: tx.environment,
    ask: await claimWithdrawal(tx, askId),
  }));
  const { environment, ask } = claimed;
  if (!ask || !(await isTold(host, environment, ask))) return;
  await transact(host, { ...options, access: 'clock' }, (tx) => settleWithdrawal(tx, askId));
}

async function isTold(host: DeskHost, environment: Environment, ask: Ask): Promise<boolean> {
  const question = questionOf({ environment }, ask);
  return (await withdrawFromDesk(desksOf(host), environment.kind, question)) === 'withdrawn';
}
