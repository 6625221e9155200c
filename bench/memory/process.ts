import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readConfig } from '../../gateway/src/config.ts';
import { startGateway } from '../../gateway/src/server.ts';

/** What a process holds, in octets, after its garbage was collected. */
export type Held = { rss: number; heapUsed: number; external: number };

// A gateway as any other, that also tells its parent what it holds.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const gateway = await startGateway(readConfig(process.env));

process.on('message', () => {
  // What only a finalizer lets go of takes a second turn.
  collect();
  setImmediate(() => {
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send?.({ rss, heapUsed, external } satisfies Held);
  });
});
process.once('SIGTERM', () => void gateway.stop({ atOnce: true }).then(() => process.exit(0)));
process.send?.({ port: gateway.port });
