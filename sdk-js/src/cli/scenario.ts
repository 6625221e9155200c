import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { createMorrow, Morrow } from '../client.ts';
import { MorrowError } from '../errors.ts';
import type { PrivateKeyInput } from '../keys.ts';
import type { ScenarioOrder } from '../sandbox.ts';
import type { CurrencyCode, ScenarioInput } from '../types.ts';
import { plain, table } from './format.ts';
import { readText, UsageError } from './read-files.ts';
import { scenarioReport } from './scenario-report.ts';

type Options = {
  gateway: string;
  key?: string;
  keyId?: string;
  document?: string;
  plan?: string;
  amount?: number;
  currency: string;
  list?: true;
  json?: true;
};

/**
 * The command `morrow scenario`: plays a story of one order in a sandbox and prints the calendar before and after.
 * `finish` is told the exit code: 0 passed, 1 failed, 2 it could not be run.
 */
export function scenarioCommand(
  print: (text: string) => void,
  finish: (exitCode: 0 | 1 | 2) => void,
): Command {
  return new Command('scenario')
    .description('play a story of one order in a sandbox: what happens when, and what comes of it')
    .argument('[name]', 'one of the scenarios that --list shows')
    .option('--gateway <url>', "the gateway's address", 'http://127.0.0.1:4000')
    .option(
      '--key <file>',
      'a private key as JWK or PEM; without one, a new sandbox with a key of its own is used',
    )
    .option('--key-id <id>', "<merchant id>/<kid>; by default the JWK's kid, where it is one")
    .option('--document <file>', 'a scenario of your own, as JSON')
    .option('--plan <code>', 'another plan than the scenario has')
    .option('--amount <minor units>', 'another amount', toAmount)
    .option('--currency <code>', 'of a sandbox that is made', 'CNY')
    .option('--list', 'list the scenarios that come with the gateway')
    .option('--json', 'print what the API answers')
    .addHelpText(
      'after',
      '\nExit code: 0 all as expected and the books balance, 1 not so, 2 it could not be run.',
    )
    .action(async (name: string | undefined, options: Options) => {
      finish(await runScenario(name, options, print));
    });
}

async function runScenario(
  name: string | undefined,
  options: Options,
  print: (text: string) => void,
): Promise<0 | 1 | 2> {
  try {
    const scenario = options.list ? undefined : scenarioOf(name, options);
    const morrow = await connect(options);
    if (scenario === undefined) {
      print(await listing(morrow));
      return 0;
    }
    const run = await morrow.sandbox.runScenario(scenario, orderOf(options));
    print(options.json ? `${JSON.stringify(run, null, 2)}\n` : scenarioReport(run));
    return run.status === 'passed' ? 0 : 1;
  } catch (error) {
    if (!(error instanceof MorrowError) && !(error instanceof TypeError)) throw error;
    throw new UsageError(plain(error.message));
  }
}

function scenarioOf(name: string | undefined, { document }: Options): string | ScenarioInput {
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

function orderOf({ plan, amount }: Options): ScenarioOrder | undefined {
  if (plan === undefined && amount === undefined) return undefined;
  return {
    ...(plan !== undefined && { plan_code: plan as NonNullable<ScenarioOrder['plan_code']> }),
    ...(amount !== undefined && { amount }),
  };
}

/** The merchant of the key; a key that names none opens a sandbox of its own, and so does no key. */
async function connect({ gateway, key, keyId, currency }: Options): Promise<Morrow> {
  const privateKey = key === undefined ? generateKeyPairSync('ed25519').privateKey : readKey(key);
  // One act of a scenario may wait for an answer of the processor that does not come.
  const connection = { baseUrl: gateway, privateKey, timeoutMs: 60_000 };
  const named = keyId ?? keyIdOf(privateKey);
  if (named !== undefined) return createMorrow({ ...connection, keyId: named });
  const input = { name: 'Scenarios', allowed_origins: [], currency: currency as CurrencyCode };
  return (await Morrow.createSandbox(connection, input)).morrow;
}

function readKey(file: string): PrivateKeyInput {
  const text = readText(file);
  try {
    return text.trimStart().startsWith('{') ? (JSON.parse(text) as PrivateKeyInput) : createPrivateKey(text);
  } catch {
    throw new UsageError(`${file} is no private key as JWK or PEM.`);
  }
}

/** The name that a JWK carries, where it is a merchant's. */
function keyIdOf(key: PrivateKeyInput): string | undefined {
  const kid: unknown = typeof key === 'object' && 'kid' in key ? key.kid : undefined;
  return typeof kid === 'string' && kid.includes('/') ? kid : undefined;
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
