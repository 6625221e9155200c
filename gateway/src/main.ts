import { readConfig } from './config.ts';
import { startGateway } from './server.ts';

const gateway = await startGateway(readConfig(process.env));
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
