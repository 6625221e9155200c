import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { connect, type ConnectionFlags, withConnection } from '../connection.ts';
import { plain } from '../format.ts';
import { UsageError } from '../read-files.ts';
import { asking, type Finish, type Terminal } from '../terminal.ts';
import { launchChromium } from './browser.ts';
import type { Finding } from './check.ts';
import type { KeyInstaller } from './patient.ts';
import { readProfile } from './profile.ts';
import { checks, examine } from './run.ts';

type Flags = ConnectionFlags & {
  url: string;
  profile?: string;
  tapPort: number;
  chromium?: string;
  browser: boolean;
  only?: string[];
  rotateSecretTo?: string;
  rotateKeyTo?: string;
  installKey?: string;
  patient?: true;
  json?: true;
};

/** Next to the demo shop's port; an operator has to allow it for sandboxes. */
const tapPort = 4101;

/** `morrow doctor`: examines a shop in a sandbox and prints what is wrong, with the fix for each. */
export function doctorCommand(terminal: Terminal, finish: Finish): Command {
  return withConnection(new Command('doctor'))
    .description(
      'examine a shop that takes Morrow, in a sandbox: buy, come back twice, lose and forge webhooks, …',
    )
    .requiredOption('--url <shop>', "the shop's address, such as http://localhost:4100")
    .option(
      '--profile <file>',
      'where the shop has its cart, checkout and orders, as JSON; the demo shop without it',
    )
    .option(
      '--tap-port <port>',
      'the port of this machine where webhooks are caught during the run',
      toPort,
      tapPort,
    )
    .option('--chromium <path>', 'the browser; otherwise CHROME_PATH, or one that is found')
    .option('--no-browser', 'skip what needs a browser')
    .option('--only <id...>', 'only these checks, such as webhook.duplicate, and the purchase that they need')
    .option(
      '--rotate-secret-to <file>',
      "rotate the endpoint's secret, and write the new one here for your shop",
    )
    .option(
      '--rotate-key-to <file>',
      "rotate the shop's key, if it is the one that signs this, and write the new one here",
    )
    .option(
      '--install-key <command>',
      'gives your shop that key: run with MORROW_PRIVATE_KEY_FILE and MORROW_KEY_ID set',
    )
    .option('--patient', 'also wait for what takes minutes: a webhook to grow old, a checkout to expire')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
It buys with test persons, so the key must be a sandbox's, with the scopes read, orders, keys and sandbox. During the
run the shop's webhook endpoint leads to doctor, under the same secret, and afterwards to the shop again, also on Ctrl-C.
MORROW_WEBHOOK_SECRET, if set, is the endpoint's secret: with it an old webhook can be made at once.

Exit code: 0 nothing is wrong, 1 something is, 2 it could not examine the shop, 130 ended by Ctrl-C.`,
    )
    .action((flags: Flags) => asking(async () => finish(await doctor(flags, terminal))));
}

async function doctor(flags: Flags, { print, note, signal }: Terminal): Promise<0 | 1> {
  const origin = readOrigin(flags.url);
  const profile = readProfile(flags.profile);
  const keyInstaller = installerOf(flags);
  const only = readOnly(flags.only);
  const connection = connect(flags);
  const sandbox = await connection.morrow.sandbox.get({ signal });
  note(
    `Examining ${origin} as ${plain(sandbox.merchant.name)} in ${plain(sandbox.id)}. This takes about half a minute.\n`,
  );
  const findings = await examine(
    {
      connection,
      origin,
      profile,
      launch: async () => (flags.browser ? launchChromium(flags.chromium) : 'Left out by --no-browser.'),
      port: flags.tapPort,
      webhookSecret: process.env.MORROW_WEBHOOK_SECRET,
      secretFile: flags.rotateSecretTo,
      keyInstaller,
      only,
      patient: flags.patient ?? false,
      note,
      signal,
    },
    (finding) => (flags.json ? note(`  ${finding.status}  ${finding.id}\n`) : print(findingLines(finding))),
  );
  const failed = count(findings, 'fail');
  print(
    flags.json
      ? `${JSON.stringify({ url: origin, passed: failed === 0, findings }, null, 2)}\n`
      : `\n${count(findings, 'pass')} passed, ${failed} failed, ${count(findings, 'skip')} skipped.\n`,
  );
  return failed === 0 ? 0 : 1;
}

function count(findings: readonly Finding[], status: Finding['status']): number {
  return findings.filter((finding) => finding.status === status).length;
}

const marks: Record<Finding['status'], string> = { pass: '✓ pass', fail: '✗ FAIL', skip: '· skip' };

/** A line for what is right; what was seen and what to do for what is not. */
export function findingLines({ status, id, title, detail, fix }: Finding): string {
  const lines = [`${marks[status]}  ${id.padEnd(22)}  ${title}`];
  const indent = ' '.repeat(8);
  if (detail !== undefined) lines.push(`${indent}${status === 'fail' ? 'Seen: ' : ''}${plain(detail)}`);
  if (status === 'fail') lines.push(`${indent}Fix:  ${fix}`);
  return `${lines.join('\n')}\n`;
}

function readOrigin(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new UsageError(`${text} is no http address.`);
  return new URL(text).origin;
}

function installerOf({ rotateKeyTo: file, installKey: command }: Flags): KeyInstaller | undefined {
  if (file === undefined && command === undefined) return undefined;
  if (file === undefined || command === undefined) {
    throw new UsageError('A key is rotated with both: --rotate-key-to <file> and --install-key <command>.');
  }
  const install = async (written: string, keyId: string): Promise<void> => {
    const env = { ...process.env, MORROW_PRIVATE_KEY_FILE: resolve(written), MORROW_KEY_ID: keyId };
    const [code] = (await once(spawn(command, { shell: true, env, stdio: 'ignore' }), 'exit')) as [
      number | null,
    ];
    if (code !== 0)
      throw new UsageError(
        `${command} ended with ${code}; the new key is in ${written}, the old one ends in 24 hours.`,
      );
  };
  return { file, install };
}

function readOnly(ids: string[] | undefined): string[] | undefined {
  const unknown = ids?.find((id) => !checks.some((check) => check.id === id));
  if (unknown === undefined) return ids;
  throw new UsageError(`There is no check ${unknown}. There are: ${checks.map(({ id }) => id).join(', ')}.`);
}

function toPort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return port;
}
