import { createPrivateKey } from 'node:crypto';
import { type Command, Option } from 'commander';
import { createMorrow, type Morrow } from '../client.ts';
import type { PrivateKeyInput } from '../keys.ts';
import type { ConnectionOptions } from '../send.ts';
import { readText, UsageError } from './read-files.ts';

/** Who calls, and where: each by its option, or by its variable. */
export type ConnectionFlags = { baseUrl: string; keyId?: string; privateKeyFile?: string };

/** A merchant's key at a gateway. */
export type Connection = {
  morrow: Morrow;
  merchantId: string;
  kid: string;
  /** The gateway's API origin. */
  baseUrl: string;
};

/** One act may wait for an answer of a processor that does not come. */
const timeoutMs = 60_000;

/** The options by which every command that asks a gateway finds it. */
export function withConnection(command: Command): Command {
  const option = (flags: string, text: string, variable: string) => new Option(flags, text).env(variable);
  return command
    .addOption(
      option('--base-url <url>', "the gateway's API origin", 'MORROW_BASE_URL').default(
        'http://127.0.0.1:4000',
      ),
    )
    .addOption(
      option(
        '--key-id <id>',
        "<merchant id>/<kid>; by default the JWK's kid, where it is one",
        'MORROW_KEY_ID',
      ),
    )
    .addOption(
      option('--private-key-file <file>', 'the private key, as JWK or PEM', 'MORROW_PRIVATE_KEY_FILE'),
    );
}

/** The merchant of the key. @throws UsageError when there is no key, or nobody knows whose it is. */
export function connect(flags: ConnectionFlags): Connection {
  const { keyId, privateKeyFile } = flags;
  if (privateKeyFile === undefined) {
    throw new UsageError('Which key? Give --private-key-file, or set MORROW_PRIVATE_KEY_FILE.');
  }
  const privateKey = readPrivateKey(privateKeyFile);
  const named = keyId ?? keyIdOf(privateKey);
  if (named === undefined) {
    throw new UsageError('Whose key is it? Give --key-id <merchant id>/<kid>, or set MORROW_KEY_ID.');
  }
  return connectionOf(flags, named, privateKey);
}

/** As `connect` for a key at hand. */
export function connectionOf(
  { baseUrl }: Pick<ConnectionFlags, 'baseUrl'>,
  keyId: string,
  privateKey: PrivateKeyInput,
): Connection {
  const morrow = createMorrow({ ...optionsOf(baseUrl, privateKey), keyId });
  const [merchantId = '', kid = ''] = keyId.split('/');
  return { morrow, merchantId, kid, baseUrl: new URL(baseUrl).origin };
}

/** How a client of the command line is made. */
export function optionsOf(baseUrl: string, privateKey: PrivateKeyInput): ConnectionOptions {
  return { baseUrl, privateKey, timeoutMs };
}

/** The private key of a file. */
export function readPrivateKey(file: string): PrivateKeyInput {
  const text = readText(file);
  try {
    return text.trimStart().startsWith('{') ? (JSON.parse(text) as PrivateKeyInput) : createPrivateKey(text);
  } catch {
    throw new UsageError(`${file} is no private key as JWK or PEM.`);
  }
}

/** The name that a JWK carries, where it is a merchant's. */
export function keyIdOf(key: PrivateKeyInput): string | undefined {
  const kid: unknown = typeof key === 'object' && 'kid' in key ? key.kid : undefined;
  return typeof kid === 'string' && kid.includes('/') ? kid : undefined;
}
