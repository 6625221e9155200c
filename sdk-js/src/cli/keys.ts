import { Command, InvalidArgumentError, Option } from 'commander';
import type { Key } from '../types.ts';
import { connect, type ConnectionFlags, withConnection } from './connection.ts';
import { plain } from './format.ts';
import { algorithms, type KeyAlgorithm, type KeyWish, makeKey } from './make-key.ts';
import { asking, type Finish, type Terminal } from './terminal.ts';

type Flags = ConnectionFlags & { out: string; algorithm: KeyAlgorithm; json?: true };

const scopeNames = ['read', 'orders', 'refunds', 'keys', 'sandbox'] as const satisfies Key['scopes'];
/** The gateway's own limit. */
const longestOverlapHours = 168;

/** `morrow keys`: makes a key pair here, and registers its public half. The private half never leaves this machine. */
export function keysCommand({ print }: Terminal, finish: Finish): Command {
  const command = new Command('keys').description(
    "the merchant's keys: made here, registered by their public half",
  );
  const make = (flags: Flags, wish: KeyWish): Promise<void> =>
    asking(async () => {
      const { key } = await makeKey(connect(flags), flags, wish);
      print(flags.json ? `${JSON.stringify(key, null, 2)}\n` : told(key, wish, flags.out));
      finish(0);
    });
  withKeyFile(command.command('create'))
    .description('make another key, beside the one that signs this')
    .option('--scopes <scopes>', `what it may do, separated by commas: ${scopeNames.join(',')}`, toScopes, [
      'read',
    ])
    .action((flags: Flags & { scopes: Key['scopes'] }) => make(flags, { scopes: flags.scopes }));
  withKeyFile(command.command('rotate'))
    .description(
      'make a key in the place of the one that signs this: both sign for a while, then the old one ends',
    )
    .option('--overlap-hours <hours>', 'how long the old one still signs', toHours, 24)
    .action((flags: Flags & { overlapHours: number }) => make(flags, { overlapHours: flags.overlapHours }));
  return command;
}

function withKeyFile(command: Command): Command {
  return withConnection(command)
    .requiredOption('--out <file>', 'where the private key is written, as JWK; it must not be there yet')
    .addOption(new Option('--algorithm <name>', 'the kind of key').choices(algorithms).default('ed25519'))
    .option('--json', 'print what the API answers')
    .addHelpText(
      'after',
      `
The key that signs this needs the scope "keys", and gives no scope that it does not have. The file is readable by you
alone (mode 600) and carries the key's name, so that --private-key-file is enough from then on.

Exit code: 0 done, 2 nothing was changed.`,
    );
}

function told({ key_id: keyId, scopes }: Key, wish: KeyWish, out: string): string {
  const first = `${plain(keyId)} may sign now: ${scopes.map(plain).join(', ')}. Its private key is in ${out}.\n`;
  if ('scopes' in wish) return first;
  return `${first}The key that it replaces ends in ${wish.overlapHours} hours: give your programs the new file before that.\n`;
}

function toScopes(value: string): Key['scopes'] {
  const scopes = new Set(value.split(',').map((scope) => scope.trim()));
  const known = scopeNames.filter((scope) => scopes.has(scope));
  if (known.length === 0 || known.length < scopes.size) {
    throw new InvalidArgumentError(`Scopes are ${scopeNames.join(', ')}.`);
  }
  return known;
}

function toHours(value: string): number {
  const hours = Number(value);
  if (!Number.isInteger(hours) || hours < 0 || hours > longestOverlapHours) {
    throw new InvalidArgumentError(`Hours are a whole number from 0 to ${longestOverlapHours}.`);
  }
  return hours;
}
