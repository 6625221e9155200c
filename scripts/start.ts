import { join } from 'node:path';
import { startEmbedded } from '@morrow/db';
import { readConfig } from '../gateway/src/config.ts';
import { sayError } from '../gateway/src/lib/say-error.ts';
import { staffOrigin } from '../gateway/src/passkeys/relying-party.ts';
import { startGateway } from '../gateway/src/server.ts';
import { startShop } from '../merchant-demo/src/server.ts';
import { dataFolder, masterKeyFile, writeShopKey } from './data-folder.ts';
import { findOrMakeDemo } from './demo-merchant.ts';

/** Gateway, hosted pages, worker and demo shop in one process, on an embedded PostgreSQL unless DATABASE_URL is set. */
const port = Number(process.env.PORT ?? 4000);
const shopPort = Number(process.env.SHOP_PORT ?? 4100);
const doctorPort = shopPort + 1;
const gatewayOrigin = process.env.PUBLIC_ORIGIN ?? `http://127.0.0.1:${port}`;
const shopOrigin = process.env.SHOP_ORIGIN ?? `http://localhost:${shopPort}`;

/** What has been started, to be stopped in the opposite order. */
const started: { stop(): Promise<void> }[] = [];
let stopping: Promise<void> | undefined;

function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const part of started.toReversed()) await part.stop();
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop().then(() => process.exit(0)));
}
// npm may be killed without a chance to pass a signal on; whoever started it wants nothing left running.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void stop().then(() => process.exit(0));
}, 500).unref();

async function start(): Promise<void> {
  const masterKeys = process.env.MASTER_KEY_FILE ?? masterKeyFile();
  let databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) {
    const embedded = await startEmbedded({ dataDir: join(dataFolder, 'database') });
    started.push(embedded);
    databaseUrl = embedded.url;
  }
  const gateway = await startGateway(
    readConfig({
      LOG_LEVEL: 'warn',
      // Whoever starts the demo may open as many as they like.
      SANDBOXES_PER_HOUR: '1000',
      // The shop, and the port where `morrow doctor` catches what is meant for it.
      SANDBOX_WEBHOOK_TARGETS: `${new URL(shopOrigin).host},127.0.0.1:${doctorPort}`,
      ...process.env,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      PUBLIC_ORIGIN: gatewayOrigin,
      MASTER_KEY_FILE: masterKeys,
    }),
  );
  started.push(gateway);
  const demo = await findOrMakeDemo({ gatewayOrigin, shopOrigin });
  const shop = await startShop({
    port: shopPort,
    origin: shopOrigin,
    gatewayOrigin,
    keyId: demo.keyId,
    privateKey: demo.privateKey,
    publishableKey: demo.publishableKey,
    webhookSecret: demo.webhookSecret,
    dataDirectory: join(dataFolder, 'shop'),
  });
  started.push({ stop: () => shop.close() });
  const [merchantId = ''] = demo.keyId.split('/');
  console.log(`
Morrow is ready.

  Demo shop   ${shopOrigin}
  Gateway     ${gatewayOrigin}   (/health, /ready, /openapi.json)
  Inbox       ${demo.inboxUrl}
              every code and message of the sandbox lands here
  Dashboard   ${staffOrigin(gatewayOrigin)}/dashboard
              npm run member -- invite --merchant ${merchantId} --name You   prints your way in

Try it: put something in the cart, choose to pay later, and sign in as
${demo.shoppers.map(({ name, phone }) => `  ${phone}   ${name}, already known`).join('\n')}
or with any phone number as somebody new. The page names the test persons and cards.

  npm run walk   drives one order to its last repayment, on this gateway
  npx morrow doctor --base-url ${gatewayOrigin} --url ${shopOrigin} --tap-port ${doctorPort} --private-key-file ${writeShopKey(demo)}
                 examines the shop as it would yours

Everything is kept in ${dataFolder}. Stop with Ctrl-C.`);
}

try {
  await start();
} catch (error) {
  console.error(sayError(error));
  await stop();
  process.exit(1);
}
