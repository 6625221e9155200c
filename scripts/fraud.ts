import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { dryRun, type DryRun } from '../gateway/src/fraud/dry-run.ts';
import { addToList, endListEntry, listEntries } from '../gateway/src/fraud/lists.ts';
import { activateRuleSet, createRuleSet, findRuleSet, listRuleSets } from '../gateway/src/fraud/rule-sets.ts';
import {
  type ListKey,
  listKeys,
  parseRuleSet,
  type RuleSet,
  RulesRefused,
} from '../gateway/src/fraud/rules.ts';
import { acknowledgeAlarm, listAlarms } from '../gateway/src/fraud/watch/alarms.ts';
import { addMs, dayMs } from '../gateway/src/lib/dates.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

/** So many changed decisions are printed. */
const mostShown = 20;

const program = new Command('fraud').description(
  'Rules against fraud: what holds, what another would do, who is listed.',
);

const environment = new Option('--environment <id>', 'live, or the id of a sandbox').default(
  liveEnvironmentId,
);
const by = new Option('--by <name>', 'who does this, for the record').makeOptionMandatory();

/** Runs the command in one environment. */
function inEnvironment<T>(
  environmentId: string,
  access: 'read' | 'write',
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const actor = { kind: 'system', id: 'fraud-command' } as const;
  return operate((context: Context) => transact(context, { environmentId, actor, access }, work));
}

function readInstant(value: string): Date {
  const instant = new Date(value);
  if (Number.isNaN(instant.getTime())) throw new InvalidArgumentError('not a date or an instant');
  return instant;
}

function wholeNumber(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('not a whole number');
  return Number(value);
}

const iso = (instant: Date | null): string => instant?.toISOString() ?? '';

program
  .command('dry-run')
  .description('Replay rules over what past decisions saw. Ends with 3 when decisions would change.')
  .requiredOption('--rules <file.json>', 'the rules to try')
  .option('--since <instant>', 'decisions from then on, by business time', readInstant)
  .addOption(environment)
  .action(async (options: { rules: string; since?: Date; environment: string }) => {
    const rules = readRules(options.rules);
    const result = await inEnvironment(options.environment, 'read', (tx) =>
      dryRun(tx, { rules, since: options.since }),
    );
    printDryRun(result);
    if (result.changed.length > 0) process.exitCode = 3;
  });

function readRules(file: string): RuleSet {
  return parseRuleSet(readFileSync(file, 'utf8'));
}

function printDryRun({ decisions, inForce, tried, changed, rules, newlyRefused }: DryRun): void {
  const actions = ['pass', 'challenge', 'refuse'] as const;
  printTable(
    `${decisions} decisions`,
    ['', ...actions],
    [
      ['rules in force', ...actions.map((action) => String(inForce[action]))],
      ['rules tried', ...actions.map((action) => String(tried[action]))],
    ],
  );
  printTable(
    'decisions in which a rule hits',
    ['rule', 'in force', 'tried'],
    rules.map((row) => [row.rule, String(row.inForce), String(row.tried)]),
  );
  printTable(
    `${changed.length} decisions would change${changed.length > mostShown ? `, the first ${mostShown}` : ''}`,
    ['decision', 'kind', 'at', 'from', 'to', 'by'],
    changed
      .slice(0, mostShown)
      .map(({ purchase, kind, seenAt, from, to, hits }) => [
        purchase,
        kind,
        iso(seenAt),
        from,
        to,
        hits.join(' '),
      ]),
  );
  const { decisions: refused, plans, late } = newlyRefused;
  console.log(
    `    newly refused: ${refused}, of which ${plans} became plans, of which ${late} were ever late\n`,
  );
}

const rules = program.command('rules').description('Versions of the rules.');

rules
  .command('list')
  .addOption(environment)
  .action(async (options: { environment: string }) => {
    const versions = await inEnvironment(options.environment, 'read', listRuleSets);
    printTable(
      `rules of ${options.environment}`,
      ['version', 'status', 'rules', 'hash', 'made by', 'activated by', 'at'],
      versions.map(({ version, status, set, hash, createdBy, activatedBy, activatedAt }) => [
        String(version),
        status,
        String(set.rules.length),
        hash.slice(0, 12),
        createdBy ?? 'the code',
        activatedBy ?? '',
        iso(activatedAt),
      ]),
    );
  });

rules
  .command('show')
  .argument('<version>', 'which one', wholeNumber)
  .addOption(environment)
  .action(async (version: number, options: { environment: string }) => {
    const { set } = await inEnvironment(options.environment, 'read', (tx) => findRuleSet(tx, version));
    console.log(JSON.stringify(set, null, 2));
  });

rules
  .command('add')
  .description('Keep rules as a new version, which decides nothing until it is activated.')
  .argument('<file.json>')
  .addOption(environment)
  .addOption(by)
  .action(async (file: string, options: { environment: string; by: string }) => {
    const set = readRules(file);
    const { version } = await inEnvironment(options.environment, 'write', (tx) =>
      createRuleSet(tx, { rules: set, createdBy: options.by }),
    );
    console.log(`version ${version}`);
  });

rules
  .command('activate')
  .argument('<version>', 'which one', wholeNumber)
  .addOption(environment)
  .addOption(by)
  .action(async (version: number, options: { environment: string; by: string }) => {
    await inEnvironment(options.environment, 'write', (tx) =>
      activateRuleSet(tx, { version, activatedBy: options.by }),
    );
    console.log(`version ${version} is in force`);
  });

const lists = program.command('lists').description('Who is let through, and who is refused.');

lists
  .command('show')
  .addOption(environment)
  .action(async (options: { environment: string }) => {
    const entries = await inEnvironment(options.environment, 'read', listEntries);
    printTable(
      `lists of ${options.environment}`,
      ['entry', 'list', 'of', 'until', 'added by', 'reason'],
      entries.map(({ id, list, of, expiresAt, addedBy, reason }) => [
        id,
        list,
        of,
        iso(expiresAt),
        addedBy,
        reason,
      ]),
    );
  });

type Listing = { list: 'allow' | 'deny'; of: ListKey; value: string; reason: string; days: number };

lists
  .command('add')
  .description('Put somebody on a list. What they are known by is kept as a keyed hash only.')
  .addOption(new Option('--list <list>', 'which list').choices(['allow', 'deny']).makeOptionMandatory())
  .addOption(new Option('--of <what>', 'what they are known by').choices(listKeys).makeOptionMandatory())
  .requiredOption('--value <value>', 'the phone, address, shopper, device, or fingerprint of a card')
  .requiredOption('--reason <text>', 'why')
  .option('--days <number>', 'for how long', wholeNumber, 90)
  .addOption(environment)
  .addOption(by)
  .action(async (options: Listing & { environment: string; by: string }) => {
    const { list, of, value, reason, days } = options;
    const { id } = await inEnvironment(options.environment, 'write', (tx) =>
      addToList(tx, {
        list,
        of,
        reason,
        value: { plain: value },
        expiresAt: addMs(tx.wallNow, days * dayMs),
        addedBy: options.by,
      }),
    );
    console.log(id);
  });

lists
  .command('end')
  .argument('<entry>')
  .addOption(environment)
  .addOption(by)
  .action(async (id: string, options: { environment: string; by: string }) => {
    await inEnvironment(options.environment, 'write', (tx) => endListEntry(tx, { id, endedBy: options.by }));
    console.log(`${id} has ended`);
  });

const alarms = program.command('alarms').description('What changed all at once.');

alarms
  .command('list')
  .option('--open', 'only those that nobody has acknowledged', false)
  .addOption(environment)
  .action(async (options: { open: boolean; environment: string }) => {
    const found = await inEnvironment(options.environment, 'read', (tx) =>
      listAlarms(tx, { openOnly: options.open }),
    );
    printTable(
      `alarms of ${options.environment}`,
      ['alarm', 'date', 'merchant', 'what', 'count', 'expected', 'acknowledged by'],
      found.map(({ id, businessDate, merchantId, what, direction, count, expected, acknowledgedBy }) => [
        id,
        businessDate,
        merchantId ?? 'all',
        `${what} ${direction}`,
        String(count),
        expected.toFixed(1),
        acknowledgedBy ?? '',
      ]),
    );
  });

alarms
  .command('acknowledge')
  .argument('<alarm>')
  .addOption(environment)
  .addOption(by)
  .action(async (alarmId: string, options: { environment: string; by: string }) => {
    const { acknowledgedBy } = await inEnvironment(options.environment, 'write', (tx) =>
      acknowledgeAlarm(tx, { alarmId, acknowledgedBy: options.by }),
    );
    console.log(`acknowledged by ${acknowledgedBy}`);
  });

/** What is wrong with what was asked is said in a sentence, without a trace of the code; it ends with 2. */
try {
  await program.parseAsync();
} catch (error) {
  const isExpected =
    error instanceof RulesRefused ||
    error instanceof GatewayError ||
    (error as { code?: string }).code === 'ENOENT';
  if (!isExpected) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
