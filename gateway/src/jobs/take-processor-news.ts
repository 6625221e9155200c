import { GatewayError } from '../lib/errors.ts';
import { type Tx, type TxHost, type TxOptions, transact } from '../lib/tx.ts';
import { bringForwardAttempt } from '../processor/attempts.ts';
import { type Meaning, meaningOf } from '../processor/hooks/meaning.ts';
import { findNamedAttempts, type NamedAttempt } from '../processor/hooks/named-attempts.ts';
import { isFirstNews, keepNews, type NewsResult, type ParkReason } from '../processor/hooks/news.ts';
import type { ProcessorEvent } from '../processor/hooks/read-event.ts';
import { bringForwardChecks } from '../shoppers/identity-checks.ts';
import { receivePayoutNews } from '../settlement/payout-news.ts';

/**
 * Takes an event that the processor has sent and signed. It is a reason to look and no more: an open attempt is looked up
 * next, our books at the processor are read next, and `receivePayoutNews` decides about payouts. What fits nothing of ours,
 * or contradicts it, is parked with a reason. Effects and the note that the event was taken commit together, so an event
 * that comes again, at the same moment or after a crash, has its effects once; and as they do not depend on what the event
 * says of amounts, none depends on the order in which events come. Returns what became of it.
 */
export async function takeProcessorNews(
  host: TxHost,
  input: { environmentId: string; event: ProcessorEvent },
): Promise<NewsResult | 'repeated'> {
  const { environmentId, event } = input;
  const options: TxOptions = { environmentId, actor: { kind: 'system', id: 'processor' } };
  try {
    return await transact(host, options, (tx) => takeOnce(tx, event, () => act(tx, meaningOf(event))));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // What the books refuse is for people; the processor could only say it again.
    return transact(host, options, (tx) => takeOnce(tx, event, async () => parked('refused')));
  }
}

async function takeOnce(
  tx: Tx,
  event: ProcessorEvent,
  effects: () => Promise<NewsResult>,
): Promise<NewsResult | 'repeated'> {
  if (!(await isFirstNews(tx, event.id))) return 'repeated';
  const became = await effects();
  await keepNews(tx, event, became);
  return became;
}

function parked(reason: ParkReason): NewsResult {
  return { result: 'parked', reason };
}

async function act(tx: Tx, meaning: Meaning): Promise<NewsResult> {
  switch (meaning.about) {
    case 'attempts':
      return lookUp(tx, meaning);
    case 'payout':
      return tellOfPayout(tx, meaning);
    case 'identity':
      return lookAtChecks(tx, meaning.names);
    case 'books':
      return { result: 'books' };
    case 'nothing':
    default:
      return parked(meaning.reason);
  }
}

async function lookUp(tx: Tx, meaning: Meaning & { about: 'attempts' }): Promise<NewsResult> {
  const named = await findNamedAttempts(tx, meaning.names);
  if (named.length === 0) return parked('attempt_unknown');
  const open = named.filter(({ status }) => status === 'pending' || status === 'unknown');
  for (const attempt of open) await bringForwardAttempt(tx, attempt);
  if (open.length > 0) return { result: 'looked_up' };
  return named.some((attempt) => isDenied(attempt, meaning.told))
    ? parked('contradicts')
    : { result: 'known' };
}

async function lookAtChecks(tx: Tx, names: readonly string[]): Promise<NewsResult> {
  const isOpen = await bringForwardChecks(tx, names);
  return isOpen === undefined ? parked('check_unknown') : { result: isOpen ? 'looked_up' : 'known' };
}

/** Whether an attempt that is over has ended otherwise than we are told. */
function isDenied({ status }: NamedAttempt, told: 'succeeded' | 'failed' | undefined): boolean {
  return told !== undefined && told !== status;
}

async function tellOfPayout(tx: Tx, meaning: Meaning & { about: 'payout' }): Promise<NewsResult> {
  const { attemptId, account, reference, status, code } = meaning;
  const [attempt] = attemptId === undefined ? [] : await findNamedAttempts(tx, [attemptId]);
  // A merchant may write the name of somebody else's payout on one of its own.
  if (attempt && account !== undefined && attempt.target !== account) return parked('account_foreign');
  const became = await receivePayoutNews(tx, { reference, status, code });
  return 'parked' in became ? { result: 'parked', reason: became.parked } : became;
}
