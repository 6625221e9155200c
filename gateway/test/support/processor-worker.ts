import { connect } from '@morrow/db';
import { carryOut } from '../../src/processor/carry-out.ts';
import { mountMockProcessor } from '../../src/processor/mock/mount.ts';
import type { Processor } from '../../src/processor/port.ts';
import { movableClock } from './events-world.ts';
import { noteFinish, processorHost } from './processor-world.ts';

/**
 * Carries out one repayment in a process of its own, once its parent says so, and reports the result; or dies as if
 * it were killed, just before or just after the charge.
 */
type Given = {
  url: string;
  environmentId: string;
  attemptId: string;
  clockAt: string;
  dies?: 'before charge' | 'after charge';
};
const given = JSON.parse(process.env.PROCESSOR_WORKER ?? '{}') as Given;

const db = connect(given.url);
const host = processorHost(db, movableClock(new Date(given.clockAt)));
const unmount = mountMockProcessor(db, host.clock);
const sandbox = host.processorFor('sandbox');
const charge: Processor['charge'] = async (request) => {
  if (given.dies === 'before charge') process.kill(process.pid, 'SIGKILL');
  const outcome = await sandbox.charge(request);
  if (given.dies === 'after charge') process.kill(process.pid, 'SIGKILL');
  return outcome;
};

process.once('message', () => void run());
process.send?.('ready');

async function run(): Promise<void> {
  const dying = { ...host, processorFor: () => ({ ...sandbox, charge }) };
  process.send?.({ result: await carryOut(dying, given, noteFinish) });
  process.disconnect();
  unmount();
  await db.destroy();
}
