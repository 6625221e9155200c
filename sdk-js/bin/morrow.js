#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli.js', import.meta.url);

if (existsSync(built)) {
  const { main } = await import(built.href);
  process.exitCode = await main(process.argv.slice(2), (text) => process.stdout.write(text));
} else {
  console.error('morrow is not built yet. In the repository, run: npm run build:sdk');
  process.exitCode = 2;
}
