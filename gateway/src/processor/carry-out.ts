import { type Tx, type TxHost, type TxOptions, transact } from '../lib/tx.ts';
import { type Attempt, claimAttempt, instructionOf, postponeAttempt, settleAttempt } from './attempts.ts';
import type { FinalOutcome, Instruction, Outcome, Processor } from './port.ts';
import type { ProcessorFor } from './processors.ts';

/** What carrying out an attempt needs of the process it runs in. */
export type ProcessorHost = TxHost & { processorFor: ProcessorFor };

/** Writes the effects of an outcome, in the transaction that settles the attempt. Called once for each attempt. */
export type Finish = (tx: Tx, attempt: Attempt, outcome: FinalOutcome) => Promise<void>;

/** What else those who finish attempts have a say in. */
export type AttemptHooks = {
  /** Whether an attempt that was never begun may be; it says so in the transaction that begins it. */
  mayBegin?(tx: Tx, attempt: Attempt): Promise<boolean>;
  /** The processor has accepted what was asked and is at work on it; at each look. */
  accepted?(tx: Tx, attempt: Attempt, reference: string): Promise<void>;
};

/**
 * Asks the processor what an attempt asks for and finishes it: a transaction claims the attempt under a lease, the
 * processor is called outside of any, a second transaction settles the attempt together with `finish`. An attempt
 * that was begun before is looked up first, because a crash or a lost answer may hide its effect; when the processor
 * has not carried it out, it is asked again under the same key.
 * Returns the outcome; 'busy' when somebody else is at it or its next try is not due; 'done' when it was settled
 * before. `unknown` stays open and is tried again after a while by whoever runs `findOpenAttempts`. When the
 * processor refuses us or `finish` throws, the attempt stays open likewise and the error is passed on. An attempt that
 * `hooks.mayBegin` stops is over without having been asked: 'done'.
 */
export async function carryOut(
  host: ProcessorHost,
  input: { environmentId: string; attemptId: string; access?: 'write' | 'clock' },
  finish: Finish,
  hooks: AttemptHooks = {},
): Promise<Outcome | 'busy' | 'done'> {
  const options: TxOptions = {
    environmentId: input.environmentId,
    actor: { kind: 'system', id: 'processor' },
    ...(input.access && { access: input.access }),
  };
  // What the processor answers happened, whether or not a sandbox's clock has begun to move meanwhile.
  const written: TxOptions = { ...options, access: 'clock' };
  const begun = await transact(host, options, (tx) => begin(tx, host, input.attemptId, hooks));
  if (begun === 'busy' || begun === 'done') return begun;
  try {
    const outcome = await ask(begun);
    return await transact(host, written, (tx) => settle(tx, begun.attempt, outcome, { finish, hooks }));
  } catch (error) {
    // Should this fail as well, the lease ends by itself. The first error is the one to tell.
    await transact(host, written, (tx) => postponeAttempt(tx, begun.attempt)).catch(() => undefined);
    throw error;
  }
}

type Begun = { attempt: Attempt; instruction: Instruction; processor: Processor };

async function begin(
  tx: Tx,
  host: ProcessorHost,
  attemptId: string,
  hooks: AttemptHooks,
): Promise<Begun | 'busy' | 'done'> {
  const processor = host.processorFor(tx.environment.kind);
  const attempt = await claimAttempt(tx, attemptId);
  if (attempt === 'busy' || attempt === 'done') return attempt;
  if (attempt.tries === 1 && (await hooks.mayBegin?.(tx, attempt)) === false) {
    await settleAttempt(tx, attempt, { status: 'failed', code: 'not_sent' });
    return 'done';
  }
  return { attempt, instruction: await instructionOf(tx, attempt), processor };
}

async function ask({ attempt, instruction, processor }: Begun): Promise<Outcome> {
  if (attempt.tries > 1) {
    const found = await processor.lookUp(instruction, attempt.createdAt);
    if (found !== 'not_found') return found;
  }
  return perform(processor, instruction);
}

function perform(processor: Processor, instruction: Instruction): Promise<Outcome> {
  switch (instruction.purpose) {
    case 'repayment':
      return processor.charge(instruction);
    case 'down_hold':
      return processor.hold(instruction);
    case 'down_capture':
      return processor.captureHold(instruction);
    case 'down_release':
      return processor.releaseHold(instruction);
    case 'money_back':
      return processor.sendMoneyBack(instruction);
    case 'draw_payout':
      return processor.payToMethod(instruction);
    case 'payout_recall':
      return processor.recallPayout(instruction);
    case 'payout':
    default:
      return processor.payOut(instruction);
  }
}

async function settle(
  tx: Tx,
  claimed: Attempt,
  outcome: Outcome,
  { finish, hooks }: { finish: Finish; hooks: AttemptHooks },
): Promise<Outcome | 'busy'> {
  const settled = await settleAttempt(tx, claimed, outcome);
  // The lease ended and somebody else began again: they find the same outcome, and finish it.
  if (!settled) return 'busy';
  if (outcome.status !== 'unknown') await finish(tx, settled, outcome);
  else if (outcome.reference !== undefined) await hooks.accepted?.(tx, settled, outcome.reference);
  return outcome;
}
