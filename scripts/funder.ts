import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { findDesk, setDeskAddress } from '../gateway/src/credit/desks/addresses.ts';
import { closeDesk, listDesks, openDesk } from '../gateway/src/credit/desks/breaker.ts';
import {
  type FunderTerms,
  listFunderTerms,
  parseFunderTerms,
  TermsRefused,
  type TermsVocabulary,
} from '../gateway/src/credit/funder-terms.ts';
import {
  createFunder,
  findFunder,
  listFunderIds,
  pauseFunder,
  resumeFunder,
} from '../gateway/src/credit/funders.ts';
import { listFunderKeys, registerFunderKey, revokeFunderKey } from '../gateway/src/credit/funder-keys.ts';
import { listPositions } from '../gateway/src/credit/positions.ts';
import { setFunderTerms } from '../gateway/src/credit/set-funder-terms.ts';
import { deskTarget } from '../gateway/src/http/desks/desk-target.ts';
import { dateIn } from '../gateway/src/lib/dates.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { importMerchantKey } from '../gateway/src/lib/jwk.ts';
import { digitsOf, isCurrency, toJsonAmount } from '../gateway/src/lib/money.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import { markets } from '../gateway/src/plans/market-rules.ts';
import { planCodes } from '../gateway/src/plans/offers.ts';
import { programmeCodes } from '../gateway/src/plans/programmes.ts';
import { operate } from './operate.ts';
import { printTable, showAmount } from './table.ts';

const program = new Command('funder').description('Who carries the plans, and on which terms.');

const environment = new Option('--environment <id>', 'live, or the id of a sandbox').default(
  liveEnvironmentId,
);
const by = new Option('--by <name>', 'who does this, for the record').makeOptionMandatory();

const vocabulary: TermsVocabulary = {
  markets,
  plans: planCodes,
  categories: [...programmeCodes, 'cash_draw'],
};

/** Runs the command in one environment. */
function inEnvironment<T>(
  environmentId: string,
  access: 'read' | 'write',
  work: (tx: Tx, context: Context) => Promise<T>,
): Promise<T> {
  const actor = { kind: 'system', id: 'funder-command' } as const;
  return operate((context: Context) =>
    transact(context, { environmentId, actor, access }, (tx) => work(tx, context)),
  );
}

function readDate(value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) throw new InvalidArgumentError('not a date such as 2027-01-31');
  return value;
}

program
  .command('list')
  .description('The funders with what they carry, in the order of their priority.')
  .addOption(environment)
  .action(async (options: { environment: string }) => {
    const { rows } = await inEnvironment(options.environment, 'read', async (tx) => {
      const today = dateIn(tx.environment.timeZone, tx.now);
      const desks = await listDesks(tx);
      const found = await listPositions(tx);
      const versions = new Map<string, Awaited<ReturnType<typeof listFunderTerms>>>();
      for (const id of await listFunderIds(tx)) versions.set(id, await listFunderTerms(tx, id));
      return {
        rows: found.map(({ funder, currency, capacity, carried }) => {
          const inForce = versions.get(funder.id)?.findLast(({ effectiveOn }) => effectiveOn <= today);
          return [
            funder.id,
            funder.name,
            funder.status,
            inForce ? `version ${inForce.version}` : 'all',
            desks.has(funder.id) ? 'asked first' : '',
            currency,
            showAmount(toJsonAmount(capacity), currency),
            showAmount(toJsonAmount(carried), currency),
          ];
        }),
      };
    });
    const heads = ['funder', 'name', 'status', 'terms', 'desk', 'currency', 'capacity', 'carries'];
    printTable(`funders of ${options.environment}`, heads, rows);
  });

function wholeNumber(value: string): number {
  if (!/^\d{1,13}$/.test(value)) throw new InvalidArgumentError('not a whole number');
  return Number(value);
}

type NewFunder = { name: string; priority: number; currency: string; capacity: number };

program
  .command('add')
  .description('Add a funder. Without terms it carries whatever it has room for.')
  .requiredOption('--name <name>', 'as shoppers read it')
  .requiredOption('--currency <code>', 'in which it lends')
  .requiredOption('--capacity <units>', 'what it lends at most, in whole units of the currency', wholeNumber)
  .option('--priority <number>', 'who is lower is asked first', wholeNumber, 100)
  .option(
    '--fee-share <basis points>',
    'its part of the merchant fee on interest-free plans',
    wholeNumber,
    4000,
  )
  .option('--servicing <basis points>', 'what is kept of each collected principal', wholeNumber, 100)
  .addOption(environment)
  .action(async (options: NewFunder & { feeShare: number; servicing: number; environment: string }) => {
    const { name, priority, currency, capacity, feeShare, servicing } = options;
    if (!isCurrency(currency)) throw new TermsRefused(`${currency} is not a currency that we know`);
    const { id } = await inEnvironment(options.environment, 'write', (tx) =>
      createFunder(tx, {
        name,
        priority,
        currency,
        capacity: BigInt(capacity) * 10n ** BigInt(digitsOf(currency)),
        feeShareBasisPoints: feeShare,
        servicingBasisPoints: servicing,
      }),
    );
    console.log(id);
  });

const terms = program.command('terms').description('What a funder carries, from a date on.');

terms
  .command('show')
  .description('Every version of a funder’s terms, the oldest first, as JSON.')
  .argument('<funder>')
  .addOption(environment)
  .action(async (funderId: string, options: { environment: string }) => {
    const versions = await inEnvironment(options.environment, 'read', (tx) => listFunderTerms(tx, funderId));
    console.log(JSON.stringify(versions, null, 2));
  });

terms
  .command('set')
  .description('Keep a file of terms as the next version.')
  .argument('<funder>')
  .argument('<file.json>')
  .option('--from <date>', 'in force from this date on; today without it', readDate)
  .addOption(environment)
  .addOption(by)
  .action(
    async (funderId: string, file: string, options: { environment: string; by: string; from?: string }) => {
      const read: FunderTerms = parseFunderTerms(readFileSync(file, 'utf8'), vocabulary);
      const { version, effectiveOn } = await inEnvironment(options.environment, 'write', (tx) =>
        setFunderTerms(tx, {
          funderId,
          terms: read,
          effectiveOn: options.from ?? dateIn(tx.environment.timeZone, tx.now),
          createdBy: options.by,
        }),
      );
      console.log(`version ${version} is in force from ${effectiveOn} on`);
    },
  );

terms
  .command('check')
  .description('Read a file of terms, and change nothing.')
  .argument('<file.json>')
  .action((file: string) => {
    console.log(JSON.stringify(parseFunderTerms(readFileSync(file, 'utf8'), vocabulary), null, 2));
  });

const key = program.command('key').description('By which keys a funder signs what it asks.');

key
  .command('add')
  .description('Register a public key, at most ten active ones, and print the keyid of its signatures.')
  .argument('<funder>')
  .argument('<key.json>', 'one public key as a JWK, which the funder gave to you in a way that you trust')
  .addOption(environment)
  .action(async (funderId: string, file: string, options: { environment: string }) => {
    const read = importMerchantKey(JSON.parse(readFileSync(file, 'utf8')));
    await inEnvironment(options.environment, 'write', (tx) => registerFunderKey(tx, { funderId, key: read }));
    console.log(`${funderId}/${read.kid}`);
  });

key
  .command('list')
  .description('Every key that a funder ever had, the oldest first.')
  .argument('<funder>')
  .addOption(environment)
  .action(async (funderId: string, options: { environment: string }) => {
    const found = await inEnvironment(options.environment, 'read', (tx) => listFunderKeys(tx, funderId));
    printTable(
      `keys of ${funderId}`,
      ['kid', 'algorithm', 'since', 'revoked'],
      found.map(({ kid, algorithm, createdAt, revokedAt }) => [
        kid,
        algorithm,
        createdAt.toISOString(),
        revokedAt?.toISOString() ?? '',
      ]),
    );
  });

key
  .command('revoke')
  .description('End a key: within five seconds no process takes it any more.')
  .argument('<funder>')
  .argument('<kid>')
  .addOption(environment)
  .action(async (funderId: string, kid: string, options: { environment: string }) => {
    await inEnvironment(options.environment, 'write', (tx) => revokeFunderKey(tx, { funderId, kid }));
    console.log(`${kid} is revoked`);
  });

const desk = program.command('desk').description('At which address a funder’s own service is asked.');

desk
  .command('set')
  .description('Ask its service at this address about each plan before it is confirmed.')
  .argument('<funder>')
  .argument('<url>', 'https; for a sandbox also a loopback one that SANDBOX_WEBHOOK_TARGETS lists')
  .addOption(environment)
  .action(async (funderId: string, url: string, { environment: environmentId }: { environment: string }) => {
    await inEnvironment(environmentId, 'write', (tx, { config }) =>
      setDeskAddress(tx, { funderId, url: deskTarget(config, { url, environmentId }).url }),
    );
    console.log(`${funderId} is asked at ${url}`);
  });

desk
  .command('clear')
  .description('Ask its service no more: its terms decide.')
  .argument('<funder>')
  .addOption(environment)
  .action(async (funderId: string, options: { environment: string }) => {
    await inEnvironment(options.environment, 'write', (tx) => closeDesk(tx, funderId));
    console.log(`${funderId} is not asked`);
  });

desk
  .command('show')
  .description('Where its service is asked, and how it stands.')
  .argument('<funder>')
  .addOption(environment)
  .action(async (funderId: string, { environment: environmentId }: { environment: string }) => {
    const found = await inEnvironment(environmentId, 'read', (tx) =>
      findDesk(tx.sql, { environmentId, funderId }),
    );
    if (!found) {
      console.log(`${funderId} is not asked`);
      return;
    }
    const { url, failures, restingUntil } = found;
    console.log(`${funderId} is asked ${url === null ? 'in the sandbox itself' : `at ${url}`}`);
    console.log(`questions in a row without an answer: ${failures}`);
    if (restingUntil) console.log(`it rests until ${restingUntil.toISOString()}`);
  });

/** A command that does one thing to one funder that exists. */
function simple(name: string, description: string, act: (tx: Tx, funderId: string) => Promise<void>): void {
  program
    .command(name)
    .description(description)
    .argument('<funder>')
    .addOption(environment)
    .action(async (funderId: string, options: { environment: string }) => {
      const funder = await inEnvironment(options.environment, 'write', async (tx) => {
        if (!(await listFunderIds(tx)).some((id) => id === funderId))
          throw new GatewayError('not_found', { detail: 'There is no such funder.' });
        await act(tx, funderId);
        return findFunder(tx, funderId);
      });
      console.log(`${funder.name} is ${funder.status}`);
    });
}

simple('pause', 'Take nothing new; what it carries goes on.', pauseFunder);
simple('resume', 'Take new plans again.', resumeFunder);
simple('ask', 'In a sandbox: ask a service that answers from the database about each plan.', openDesk);

/** What is wrong with what was asked is said in a sentence, without a trace of the code; it ends with 2. */
try {
  await program.parseAsync();
} catch (error) {
  const isExpected =
    error instanceof TermsRefused ||
    error instanceof GatewayError ||
    error instanceof SyntaxError ||
    (error as { code?: string }).code === 'ENOENT';
  if (!isExpected) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
