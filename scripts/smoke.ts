import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/**
 * Starts the project as the README says, on data of its own and free ports, walks an order through it, stops it, and
 * checks that nothing is left running. Then starts it again on the same data.
 */
const root = resolve(import.meta.dirname, '..');
const data = mkdtempSync(join(tmpdir(), 'morrow-smoke-'));
const readyWithinMs = 60_000;

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function run(script: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('npm', ['run', script], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`npm run ${script} ended with ${code}`);
}

async function start(env: NodeJS.ProcessEnv, urls: string[]): Promise<ChildProcess> {
  const began = performance.now();
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  for (const url of urls) {
    while (!(await isUp(url))) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
      if (performance.now() - began > readyWithinMs) throw new Error(`${url} does not answer`);
      await sleep(100);
    }
  }
  console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return child;
}

async function stop(child: ChildProcess, urls: string[]): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  const lock = join(data, 'database/postgresql-18/postmaster.pid');
  for (let tries = 0; existsSync(lock) || (await anyUp(urls)); tries += 1) {
    if (tries === 100) throw new Error('something is still running 10 s after npm start was stopped');
    await sleep(100);
  }
}

async function anyUp(urls: string[]): Promise<boolean> {
  return (await Promise.all(urls.map(isUp))).some(Boolean);
}

const [port, shopPort] = [await freePort(), await freePort()];
const env = { ...process.env, MORROW_DATA: data, PORT: String(port), SHOP_PORT: String(shopPort) };
const urls = [
  `http://127.0.0.1:${port}/ready`,
  `http://127.0.0.1:${port}/health`,
  `http://127.0.0.1:${shopPort}/`,
];
let child: ChildProcess | undefined;
try {
  child = await start(env, urls);
  await run('walk', env);
  await stop(child, urls);
  child = await start(env, urls);
  await stop(child, urls);
} finally {
  child?.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true });
}
