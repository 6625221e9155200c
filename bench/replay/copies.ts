import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Config } from '../../gateway/src/config.ts';
import { type ServingProcess, startGatewayProcess } from '../authorize/gateway.ts';
import { concurrency, openWorld, origin, type World } from '../authorize/world.ts';

/** The same database three times, each with all that is prepared and nothing done of it. */
export type Copies = {
  /** As it was when the copies were made; its own database is not to be used any more. */
  world: World;
  /** The one that a gateway process serves. */
  served: string;
  gateway: ServingProcess;
  /** The one in which a gateway of this process does everything once, to learn its statements. */
  recorded: string;
  /** The one in which these statements are done again. */
  replayed: string;
  /** What a gateway in this process works with, but for its database. */
  config: Config;
  close: () => Promise<void>;
};

/**
 * Prepares a database, copies it, and starts a gateway before one of the copies. Because sequences are copied, too, what is
 * done in the same order in each of them makes the same rows.
 */
export async function openCopies<Item>(
  prepare: (world: World) => Promise<Item[]>,
): Promise<{ copies: Copies; items: Item[] }> {
  const world = await openWorld();
  const closers = [world.close];
  const close = async (): Promise<void> => {
    for (const part of closers.splice(0).toReversed()) await part();
  };
  try {
    const items = await prepare(world);
    await world.context.db.raw('vacuum analyze');
    const [served = '', recorded = '', replayed = ''] = await copyDatabase(world, 3);
    const serving = await serveCopy(world, served);
    closers.push(serving.close);
    const trusting = { ...world.context.config, trustedProxies: 1, rateLimitPerMinute: 1_000_000_000 };
    const { gateway } = serving;
    return { copies: { world, served, gateway, recorded, replayed, config: trusting, close }, items };
  } catch (error) {
    await close();
    throw error;
  }
}

export type Serving = { gateway: ServingProcess; close: () => Promise<void> };

/** What a gateway process before a copy is started with; it believes whoever asks what address they have. */
export async function serveVariables(
  { context }: World,
  databaseUrl: string,
): Promise<{ variables: Record<string, string>; forget: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'morrow-bench-'));
  const variables = {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: String(concurrency),
    MASTER_KEY_FILE: await writeKeys(folder, context.config),
    PUBLIC_ORIGIN: origin,
    TRUSTED_PROXIES: '1',
  };
  return { variables, forget: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts a gateway process before a copy of a world's database. */
export async function serveCopy(world: World, databaseUrl: string): Promise<Serving> {
  const { variables, forget } = await serveVariables(world, databaseUrl);
  try {
    const gateway = await startGatewayProcess(variables);
    const close = async (): Promise<void> => {
      await gateway.stop();
      await forget();
    };
    return { gateway, close };
  } catch (error) {
    await forget();
    throw error;
  }
}

/** Copies a world's database; from then on its own gateway and context are ended. */
export async function copyDatabase(
  { databaseUrl, gateway, context }: World,
  times: number,
): Promise<string[]> {
  // Who is connected to a database keeps it from being copied.
  await gateway.stop();
  await context.db.destroy();
  return copy(databaseUrl, times);
}

async function copy(databaseUrl: string, times: number): Promise<string[]> {
  const template = new URL(databaseUrl).pathname.slice(1);
  const admin = new Client({ connectionString: withDatabase(databaseUrl, 'template1') });
  await admin.connect();
  try {
    const urls: string[] = [];
    for (let number = 1; number <= times; number += 1) {
      await admin.query(`create database copy_${number} template "${template}"`);
      urls.push(withDatabase(databaseUrl, `copy_${number}`));
    }
    await admin.query('checkpoint');
    return urls;
  } finally {
    await admin.end();
  }
}

function withDatabase(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function writeKeys(folder: string, { masterKeys }: Config): Promise<string> {
  const file = join(folder, 'master.key');
  const lines = masterKeys.map(({ id, key }) => `${id}:${key.toString('base64url')}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
  return file;
}
