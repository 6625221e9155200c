import { generateKeyPairSync } from 'node:crypto';
import { Morrow } from '@morrow/sdk-js/server';
import { scenarioReport } from '../sdk-js/src/cli/scenario-report.ts';
import type { WebhookListener } from './webhook-listener.ts';

async function newSandbox(gateway: string): Promise<Morrow> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { morrow } = await Morrow.createSandbox(
    { baseUrl: gateway, privateKey, timeoutMs: 60_000 },
    { name: 'Walk & Co', allowed_origins: ['https://shop.example'] },
  );
  return morrow;
}

/** The scenarios of a gateway with their descriptions, a line each. */
export async function listScenarios(gateway: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { name, description } of (await newSandbox(gateway)).sandbox.scenarios()) {
    lines.push(`${name.padEnd(20)}  ${description}`);
  }
  return lines;
}

export async function scenarioNames(gateway: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of (await newSandbox(gateway)).sandbox.scenarios()) names.push(name);
  return names;
}

/**
 * Plays a scenario in a sandbox of its own and prints the calendar before and after, step by step. Returns what is not as
 * it should be: an expectation, the books, or a webhook that never came.
 */
export async function walkScenario(
  gateway: string,
  name: string,
  listener: WebhookListener,
): Promise<string[]> {
  const morrow = await newSandbox(gateway);
  const listening = await listener.listen(morrow);
  const run = await morrow.sandbox.runScenario(name);
  console.log(scenarioReport(run));
  const faults = run.status === 'passed' ? [] : [`${run.name} ${run.status}`];
  if (!run.books?.balanced) faults.push('the books do not balance');
  if (listening && run.faults.some(({ kind }) => kind.includes('webhook'))) {
    for (const missing of await listener.report(morrow)) faults.push(`${missing} never arrived`);
  }
  return faults;
}
