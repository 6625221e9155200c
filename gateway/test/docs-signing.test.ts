import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Morrow } from '../../sdk-js/src/server.ts';
import { codeOf, type DocsGateway, openDocsGateway, readPage } from './support/docs-gateway.ts';
import { generateKey, signOctets } from './support/sign.ts';
import { keyPairOf, ORDER, receive, verifyWith } from './support/signed-request.ts';

const recipes = resolve(import.meta.dirname, '../../docs/signing');

/** Why a program cannot be used here; undefined when it can. */
function lack(program: string, args: string[], accepts: RegExp): string | undefined {
  const { stdout, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) return `${program} is not installed`;
  return accepts.test(stdout) ? undefined : `${program} is too old: ${stdout.split('\n')[0]}`;
}

const lacks = {
  python: lack('python3', ['--version'], /^Python 3\.(?:[89]|\d\d)/),
  openssl: lack('openssl', ['version'], /^OpenSSL (?:[3-9]|\d\d)\./),
  curl: lack('curl', ['--version'], /^curl (?:7\.(?:7[6-9]|[89]\d)|[89]\.|\d\d\.)/),
};

let gateway: DocsGateway;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  gateway = await openDocsGateway();
});
afterAll(() => gateway.close());

type Ending = { code: number; stdout: string; stderr: string };

function run(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  const options = { cwd: gateway.folder, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** A sandbox of the test's own key, as the recipes take it from the environment. */
async function openSandbox(): Promise<NodeJS.ProcessEnv> {
  const { privateKey } = generateKey('ed25519');
  const { keyId } = await Morrow.createSandbox(
    { baseUrl: gateway.origin, privateKey },
    { name: 'My shop', allowed_origins: ['http://localhost:3000'] },
  );
  const keyFile = join(gateway.folder, 'recipe-key.pem');
  writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return { MORROW_BASE_URL: gateway.origin, MORROW_KEY_ID: keyId, MORROW_PRIVATE_KEY_FILE: keyFile };
}

const session = (reference: string) =>
  JSON.stringify({
    merchant_reference: reference,
    amount: 10_000,
    currency: 'CNY',
    lines: [{ name: 'Größe “三”', quantity: 1, unit_amount: 10_000, amount: 10_000 }],
    return_url: 'http://localhost:3000/return',
  });

const openSsl = lacks.openssl;
const programs: [name: string, program: string, args: string[], lacking: string | undefined][] = [
  ['node.mjs', process.execPath, [join(recipes, 'node.mjs')], undefined],
  ['recipe.py', 'python3', [join(recipes, 'recipe.py')], lacks.python ?? openSsl],
  // Without the packages of the site, so that openssl signs.
  [
    'recipe.py with nothing but Python',
    'python3',
    ['-S', join(recipes, 'recipe.py')],
    lacks.python ?? openSsl,
  ],
  ['recipe.sh', 'sh', [join(recipes, 'recipe.sh')], openSsl ?? lacks.curl],
];

describe('the signing recipe', () => {
  beforeAll(async () => {
    environment = await openSandbox();
  });

  it.for(programs)('%s reads, and writes once', async ([name, program, args, lacking], { skip }) => {
    skip(lacking !== undefined, lacking);
    const send = (...request: string[]) => run(program, [...args, ...request], environment);

    const before = await send('GET', '/v1/orders?limit=2&merchant_reference=a%20%22b%22+[c]');
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(before.stdout)).toEqual({ data: [], next_cursor: null });

    const reference = `by ${name}`;
    const post = ['POST', '/v1/checkout-sessions', session(reference), `open ${name}`];
    const first = await send(...post);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const opened = JSON.parse(first.stdout) as { id: string };
    expect(opened).toMatchObject({ object: 'checkout_session', merchant_reference: reference });
    expect(JSON.parse((await send(...post)).stdout)).toMatchObject({ id: opened.id });

    const canceled = await send('POST', `/v1/checkout-sessions/${opened.id}/cancel`, '', `cancel ${name}`);
    expect(JSON.parse(canceled.stdout)).toMatchObject({ id: opened.id, status: 'canceled' });
  });

  it.for(programs)('%s prints a refusal and fails', async ([, program, args, lacking], { skip }) => {
    skip(lacking !== undefined, lacking);
    const request = ['POST', '/v1/checkout-sessions', '{}', 'empty'];
    const refused = await run(program, [...args, ...request], environment);
    expect(refused.code).toBeGreaterThan(0);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'validation_failed' });
  });
});

describe('docs/signing/README.md', () => {
  it('opens a sandbox with openssl and curl alone', async ({ skip }) => {
    const lacking = lacks.openssl ?? lacks.curl;
    skip(lacking !== undefined, lacking);
    writeFileSync(join(gateway.folder, 'recipe.sh'), readPage('docs/signing/recipe.sh'));
    const code = codeOf('docs/signing/README.md', 'sh').join('');
    const { code: exit, stdout, stderr } = await run('sh', ['-euc', gateway.here(code)]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ data: [], next_cursor: null });
  });

  it('shows a base and headers that the gateway accepts', async () => {
    const [base = '', headers = ''] = codeOf('docs/signing/README.md', 'text').map((block) =>
      block.trimEnd(),
    );
    const { signing, record } = keyPairOf('ed25519');
    const [, input = ''] = /^Signature-Input: (.*)$/m.exec(headers) ?? [];
    const sent = base.matchAll(/^"([a-z-]+)": (.*)$/gm);
    const message = receive(
      'POST',
      '/v1/orders',
      {
        ...Object.fromEntries([...sent].map(([, name, value]) => [name, value])),
        'signature-input': input,
        signature: `morrow=:${signOctets(signing, Buffer.from(base)).toString('base64')}:`,
      },
      ORDER,
    );
    await expect(verifyWith(record, message)).resolves.toMatchObject({ keyid: 'mer_1/k1' });
  });
});
