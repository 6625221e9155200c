import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Holds the gateway's imports against the order of docs/architecture.md: a module may import from its own folder and
 * from the lines above its own; modules on one line never import each other. Type imports count too.
 */
const order: readonly (readonly string[])[] = [
  ['lib'],
  ['ledger', 'events', 'faults', 'passkeys'],
  ['merchants', 'shoppers', 'processor', 'operators'],
  ['banking', 'members'],
  ['plans', 'pay-score', 'credit'],
  ['standing', 'protection', 'fraud'],
  ['checkout', 'repayments', 'settlement'],
  ['agreements', 'draws'],
  ['appeals'],
  ['orders'],
  ['disputes', 'reconciliation', 'portfolio', 'onboarding', 'counter'],
  ['cases', 'help'],
  ['webhooks', 'notifications', 'watch'],
  ['privacy', 'dossiers'],
  ['config', 'context'],
  ['http'],
  ['jobs'],
  ['api', 'pages'],
  ['server'],
  ['main'],
];

/** The wiring's types are named by those who are handed it. */
const wiring = new Set(['config', 'context']);

const root = resolve(import.meta.dirname, '../gateway/src');
const level = new Map(order.flatMap((names, index) => names.map((name) => [name, index] as const)));

function moduleOf(file: string): string {
  const [first = ''] = relative(root, file).split('/');
  return first.replace(/\.tsx?$/, '');
}

function faultOf(from: string, to: string): string | undefined {
  if (from === to || wiring.has(to)) return undefined;
  const [fromLevel, toLevel] = [level.get(from), level.get(to)];
  if (fromLevel === undefined) return `${from} is not in the order`;
  if (toLevel === undefined) return `${to} is not in the order`;
  return toLevel < fromLevel ? undefined : `${from} must not import ${to}`;
}

const faults: string[] = [];
for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
  if (!/\.tsx?$/.test(name)) continue;
  const file = join(root, name);
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles) {
    if (!fileName.startsWith('.')) continue;
    const fault = faultOf(moduleOf(file), moduleOf(resolve(dirname(file), fileName)));
    if (fault) faults.push(`${relative(process.cwd(), file)}: ${fault} (${fileName})`);
  }
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
