import { type Retriable, retriable, retryNow } from '../../../jobs/outboxes.ts';
import { retryScheduledJob } from '../../../jobs/scheduled.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';

/** Has the next try of something in an outbox come now. */
export function retryFromOutbox(action: ConsoleAction): Promise<Done> {
  const { visit, req } = action;
  const outbox = retriable.find((name): name is Retriable => name === req.params.outbox);
  const id = String(req.params.objectId);
  return run(action, async (tx) => {
    if (!outbox) throw new GatewayError('not_found', { detail: 'There is no such outbox.' });
    await retryNow(tx, { outbox, id });
    await audit(tx, visit, 'outbox_retried', { objectId: id, details: { outbox } });
  });
}

/** Runs a job of the scheduler again. It is the installation's, whichever environment the page shows. */
export function retryJob(action: ConsoleAction): Promise<Done> {
  const { visit, req } = action;
  const jobId = String(req.params.jobId);
  return run(action, async (tx) => {
    const { task } = await retryScheduledJob(tx, jobId);
    await audit(tx, visit, 'job_retried', { objectId: jobId, details: { task }, inEnvironment: false });
  });
}

async function run(action: ConsoleAction, work: (tx: Tx) => Promise<void>): Promise<Done> {
  const { context, visit } = action;
  const to = consolePath(visit.environment.id, 'jobs');
  try {
    await inConsole(context, visit, work);
    return { to, said: 'job_retried' };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'state_conflict') throw error;
    return { to, said: 'job_over' };
  }
}
