import { readConfig } from './config.ts';
import { sayError } from './lib/say-error.ts';
import { type Gateway, startGateway } from './server.ts';

const gateway = await start().catch((error: unknown) => {
  process.stderr.write(`The gateway did not start. ${sayError(error)}\n`);
  return process.exit(1);
});
const { context, port } = gateway;
context.log.info({ port, run: context.config.run }, 'the gateway is up');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who presses Ctrl-C, or asks again, does not want to wait for a load balancer.
    gateway.stop({ atOnce: signal === 'SIGINT' || context.isEnding === true }).then(
      () => process.exit(0),
      (error: unknown) => {
        context.log.error({ err: error }, 'the gateway did not stop cleanly');
        process.exit(1);
      },
    );
  });
}

// A parent that started us with a channel learns the port that was bound, once we end as told.
process.send?.({ port });

async function start(): Promise<Gateway> {
  return startGateway(readConfig(process.env));
}
