import { generateKeyPairSync } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { Morrow } from '../client.ts';
import type { ScenarioOrder } from '../sandbox.ts';
import type { CurrencyCode, ScenarioInput } from '../types.ts';
import {
  connect,
  type ConnectionFlags,
  keyIdOf,
  optionsOf,
  readPrivateKey,
  withConnection,
} from './connection.ts';
import { plain, table } from './format.ts';
import { readText, UsageError } from './read-files.ts';
import { scenarioReport } from './scenario-report.ts';
import { asking, type Finish, type Terminal } from './terminal.ts';

type Flags = ConnectionFlags & { currency: string };
type RunFlags = Flags & { document?: string; plan?: string; amount?: number; json?: true };

/** `morrow scenario`: plays a story of one order in a sandbox and prints the calendar before and after. */
export function scenarioCommand({ print }: Terminal, finish: Finish): Command {
  const command = new Command('scenario').description(
    'play a story of one order in a sandbox: what happens when, and what comes of it',
  );
  withSandbox(command.command('run'))
    .description('play one; without a key, in a new sandbox with a key of its own')
    .argument('[name]', 'one of the scenarios that `morrow scenario list` shows')
    .option('--document <file>', 'a scenario of your own, as JSON')
    .option('--plan <code>', 'another plan than the scenario has')
    .option('--amount <minor units>', 'another amount', toAmount)
    .option('--json', 'print what the API answers')
    .addHelpText(
      'after',
      '\nExit code: 0 all as expected and the books balance, 1 not so, 2 it could not be run.',
    )
    .action((name: string | undefined, flags: RunFlags) =>
      asking(async () => {
        const scenario = scenarioOf(name, flags);
        const run = await (await sandboxOf(flags)).sandbox.runScenario(scenario, orderOf(flags));
        print(flags.json ? `${JSON.stringify(run, null, 2)}\n` : scenarioReport(run));
        finish(run.status === 'passed' ? 0 : 1);
      }),
    );
  withSandbox(command.command('list'))
    .description('list the scenarios that come with the gateway')
    .action((flags: Flags) =>
      asking(async () => {
        print(await listing(await sandboxOf(flags)));
        finish(0);
      }),
    );
  return command;
}

function withSandbox(command: Command): Command {
  return withConnection(command).option('--currency <code>', 'of a sandbox that is made', 'CNY');
}

function scenarioOf(name: string | undefined, { document }: RunFlags): string | ScenarioInput {
  if ((name === undefined) === (document === undefined)) {
    throw new UsageError('Name a scenario, or give a --document.');
  }
  if (document === undefined) return String(name);
  try {
    return JSON.parse(readText(document)) as ScenarioInput;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${document} is not JSON.`);
  }
}

function orderOf({ plan, amount }: RunFlags): ScenarioOrder | undefined {
  if (plan === undefined && amount === undefined) return undefined;
  return {
    ...(plan !== undefined && { plan_code: plan as NonNullable<ScenarioOrder['plan_code']> }),
    ...(amount !== undefined && { amount }),
  };
}

/** The merchant of the key; a key that names none opens a sandbox of its own, and so does no key. */
async function sandboxOf(flags: Flags): Promise<Morrow> {
  const { privateKeyFile: file, baseUrl } = flags;
  const privateKey = file === undefined ? generateKeyPairSync('ed25519').privateKey : readPrivateKey(file);
  if (file !== undefined && (flags.keyId ?? keyIdOf(privateKey)) !== undefined) return connect(flags).morrow;
  const input = { name: 'Scenarios', allowed_origins: [], currency: flags.currency as CurrencyCode };
  return (await Morrow.createSandbox(optionsOf(baseUrl, privateKey), input)).morrow;
}

async function listing(morrow: Morrow): Promise<string> {
  const rows = [];
  for await (const { name, description } of morrow.sandbox.scenarios())
    rows.push([plain(name), plain(description)]);
  return `${table(rows).join('\n')}\n`;
}

function toAmount(value: string): number {
  const amount = Number(value);
  if (!Number.isSafeInteger(amount) || amount < 1) {
    throw new InvalidArgumentError('An amount is a whole number of minor units.');
  }
  return amount;
}
