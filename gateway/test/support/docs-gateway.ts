import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase } from '@morrow/db/testing';
import { freePort } from '../../../scripts/free-port.ts';
import { readConfig } from '../../src/config.ts';
import { startGateway } from '../../src/server.ts';

const root = resolve(import.meta.dirname, '../../..');

/** The text of a page, from the root of the repository. */
export const readPage = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The blocks of code in one language that a page prints, in their order. */
export function codeOf(page: string, language: string): string[] {
  const blocks = readPage(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, code = '']) => code);
}

/**
 * A gateway with its worker, whose public origin is where it listens, and an empty folder in which a reader of the docs
 * would work: with the SDK, as `npm install ../morrow/sdk-js` links it.
 */
export async function openDocsGateway(webhookTargets: readonly string[] = []) {
  const { url, drop } = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'morrow-docs-'));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, `k1:${randomBytes(32).toString('base64url')}\n`);
  mkdirSync(join(folder, 'node_modules/@morrow'), { recursive: true });
  symlinkSync(join(root, 'sdk-js'), join(folder, 'node_modules/@morrow/sdk-js'));
  const config = readConfig({
    DATABASE_URL: url,
    MASTER_KEY_FILE: masterKeyFile,
    PORT: new URL(origin).port,
    PUBLIC_ORIGIN: origin,
    LOG_LEVEL: 'silent',
    SANDBOX_WEBHOOK_TARGETS: webhookTargets.join(','),
  });
  let gateway = await startGateway(config);
  return {
    origin,
    folder,
    /** The docs name the address of `npm start`; here it is another one. */
    here: (code: string) => code.replaceAll('http://127.0.0.1:4000', origin),
    /** Stops the gateway as an operator would, and starts it again after a while. */
    async restart(awayMs: number) {
      await gateway.stop();
      await sleep(awayMs);
      gateway = await startGateway(config);
    },
    async close() {
      await gateway.stop();
      await drop();
      rmSync(folder, { recursive: true });
    },
  };
}

export type DocsGateway = Awaited<ReturnType<typeof openDocsGateway>>;
