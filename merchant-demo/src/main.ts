import { readSettings } from './settings.ts';
import { startShop } from './server.ts';

const shop = await startShop(readSettings(process.env));
console.log(`The shop is at ${shop.origin}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void shop.close().then(() => process.exit(0));
  });
}
