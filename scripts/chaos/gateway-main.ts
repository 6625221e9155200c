import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { readConfig } from '../../gateway/src/config.ts';
import type { Clock } from '../../gateway/src/lib/clock.ts';
import type { Processor } from '../../gateway/src/processor/port.ts';
import { startGateway } from '../../gateway/src/server.ts';
import type { Point } from './plan.ts';

/** What a run tells a process of its own. */
export type Told = {
  /** Where to die, as SIGKILL does, when it next comes there; null to live on. */
  arm?: Point | null;
  /** By how much its clock is wrong. */
  offsetMs?: number;
  /** How many of the next calls of the processor are made twice. */
  twice?: number;
};

/**
 * A gateway as `main.ts` starts it, whose process dies at a point that it is told, and whose clock and processor can be
 * disturbed. Nothing of the gateway itself is changed for it.
 */
let armed: Point | null = null;
let offsetMs = 0;
let twice = 0;

function pass(point: Point): void {
  if (armed !== point) return;
  // Its parent has to hear it before the end.
  writeSync(2, `dies at ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

process.on('message', (told: Told) => {
  if (told.arm !== undefined) armed = told.arm;
  if (told.offsetMs !== undefined) offsetMs = told.offsetMs;
  if (told.twice !== undefined) twice = told.twice;
});

// The answer to an order is written when its transaction is committed.
// eslint-disable-next-line @typescript-eslint/unbound-method
const { end } = ServerResponse.prototype;
ServerResponse.prototype.end = function endUnlessKilled(this: ServerResponse, ...given: never[]) {
  const { method, url = '' } = this.req;
  const isOrder = method === 'POST' && /^\/v1\/(?:orders$|agreements\/\w+\/orders$)/.test(url);
  if (isOrder && this.statusCode < 300) pass('before_answer');
  return Reflect.apply(end, this, given) as ServerResponse;
};

// Only webhooks are sent through undici.
subscribe('undici:request:bodySent', () => pass('in_delivery'));

const clock: Clock = { now: () => new Date(Date.now() + offsetMs) };
const gateway = await startGateway(readConfig(process.env), { clock });

const { context } = gateway;
const processorFor = context.processorFor.bind(context);
context.processorFor = (kind) => disturbed(processorFor(kind));
let hasOrder = false;
context.db.on('query', ({ sql }: { sql: string }) => {
  if (sql.startsWith('update "environments" set "clock_at"')) pass('in_clock_walk');
  if (sql.startsWith('with unnumbered as')) pass('in_numbering');
  if (sql.includes('insert into orders ')) hasOrder = true;
  // The next one, whoever's it is: what was sent for the order before it has no commit either.
  if (hasOrder && sql === 'COMMIT;') {
    hasOrder = false;
    pass('before_commit');
  }
});

const moving = ['charge', 'captureHold', 'sendMoneyBack', 'payOut'] as const;

function disturbed(processor: Processor): Processor {
  const changed = { ...processor };
  for (const name of moving) {
    changed[name] = async (request: never) => {
      const outcome = await processor[name](request);
      pass('after_processor');
      if (twice === 0) return outcome;
      twice -= 1;
      return processor[name](request);
    };
  }
  return changed;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void gateway.stop().then(() => process.exit(0)));

process.send?.({ port: gateway.port });
