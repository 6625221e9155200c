#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli.js', import.meta.url);

if (existsSync(built)) {
  const { main } = await import(built.href);
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => {
      // The first one lets the command put back what it changed; who is in a hurry asks twice.
      if (interruption.signal.aborted) process.exit(130);
      interruption.abort();
    });
  }
  process.exitCode = await main(process.argv.slice(2), (text) => process.stdout.write(text), {
    note: (text) => process.stderr.write(text),
    signal: interruption.signal,
  });
} else {
  console.error('morrow is not built yet. In the repository, run: npm run build:sdk');
  process.exitCode = 2;
}
