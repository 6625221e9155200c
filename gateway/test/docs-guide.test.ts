import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { createMorrow, type Morrow } from '../../sdk-js/src/server.ts';
import { codeOf, type DocsGateway, openDocsGateway, readPage } from './support/docs-gateway.ts';

const guide = 'docs/merchant-guide.md';

describe('the merchant guide', () => {
  let gateway: DocsGateway;
  let shopOrigin: string;
  let morrow: Morrow;
  const running: ChildProcess[] = [];

  /** Saves the program that the guide prints with this beginning, for the ports of the test. */
  function save(name: string, beginning: string): void {
    const code = codeOf(guide, 'js').find((block) => block.startsWith(beginning));
    if (code === undefined) throw new Error(`the guide has no program that begins with ${beginning}`);
    const here = gateway.here(code).replaceAll('http://localhost:3000', shopOrigin);
    writeFileSync(
      join(gateway.folder, name),
      here.replace('.listen(3000)', `.listen(${new URL(shopOrigin).port})`),
    );
  }

  /** Starts a program of the guide; what it prints is read by `said`. */
  function start(args: string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, args, { cwd: gateway.folder, env: { ...process.env, ...env } });
    running.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()));
    return { said: () => said };
  }

  beforeAll(async () => {
    gateway = await openDocsGateway();
    shopOrigin = `http://localhost:${await freePort()}`;
  });
  afterAll(async () => {
    for (const child of running.filter(({ exitCode }) => exitCode === null)) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await gateway?.close();
  });

  it('leads to a captured, repaid and paid-out order by the code that it prints', async () => {
    save('first-order.mjs', 'import { generateKeyPairSync');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['first-order.mjs'], {
      cwd: gateway.folder,
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('captured 10000, the fee is 400\nthe plan is paid\n');
    expect(stdout.match(/^\d{4}-\d{2}-\d{2} 2500 paid$/gm)).toHaveLength(4);
    expect(stdout).toContain('payout of 9600: paid\n');
  });

  it('makes a shop whose orders come by the return, or by the webhook when nobody returns', async () => {
    save('shop.mjs', 'import { randomUUID');
    const key = JSON.parse(readFileSync(join(gateway.folder, 'key.json'), 'utf8')) as { kid: string };
    morrow = createMorrow({ baseUrl: gateway.origin, keyId: key.kid, privateKey: key });
    const env = {
      MORROW_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      MORROW_PRIVATE_KEY_FILE: 'key.json',
      MORROW_BASE_URL: gateway.origin,
    };
    const shop = start(['shop.mjs'], env);
    await expect
      .poll(() =>
        fetch(shopOrigin).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);

    const byReturn = await agree();
    expect(await byReturn.visit('/return')).toContain('Thank you. Your order is ord_');
    expect(await byReturn.visit('/return?again')).toContain('Thank you. Your order is ord_');

    const morrowProgram = 'node_modules/@morrow/sdk-js/bin/morrow.js';
    const listener = start([morrowProgram, 'listen', '--forward', `${shopOrigin}/webhooks`], env);
    await expect.poll(listener.said, { timeout: 15_000 }).toContain('The secret is whsec_');
    const byWebhook = await agree();
    await expect
      .poll(() => byWebhook.visit('/'), { timeout: 15_000 })
      .toContain('Thank you. Your order is ord_');
    expect(shop.said()).toContain(`checkout_session.confirmed ${byWebhook.sessionId}`);
    expect(shop.said()).not.toContain('Error');

    const forged = await fetch(`${shopOrigin}/webhooks`, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(400);
  });

  /** Opens the shop in a browser of its own and starts a checkout, to which a test person agrees. */
  async function agree() {
    const front = await fetch(shopOrigin);
    const cookie = front.headers.get('set-cookie')?.split(';')[0] ?? '';
    const started = await fetch(`${shopOrigin}/checkout`, {
      method: 'POST',
      headers: { cookie },
      redirect: 'manual',
    });
    expect(started.status).toBe(303);
    expect(started.headers.get('location')).toContain(`${gateway.origin}/c/`);
    const open = [];
    for await (const session of morrow.checkoutSessions.list()) {
      if (session.status === 'open') open.push(session.id);
    }
    expect(open).toHaveLength(1);
    const [sessionId = ''] = open;
    await morrow.sandbox.confirmSession(sessionId, { plan_code: 'pay_in_4' });
    const visit = async (path: string) => (await fetch(shopOrigin + path, { headers: { cookie } })).text();
    return { sessionId, visit };
  }

  it('pins the newest released SDK for pages', () => {
    const releases = JSON.parse(readPage('sdk-js/releases/releases.json')) as {
      version: string;
      integrity: string;
    }[];
    const newest = releases.at(-1);
    const [page = ''] = codeOf(guide, 'html');
    expect(page).toContain(`/sdk/v1/${newest?.version}/morrow.js"`);
    expect(page).toContain(`integrity="${newest?.integrity}"`);
  });
});
