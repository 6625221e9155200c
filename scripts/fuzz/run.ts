import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { ask, type Asking, type Outcome } from './ask.ts';
import { booksAndFeed } from './books.ts';
import { createCheck } from './check.ts';
import { type FramingPlan, framingPlans } from './framing.ts';
import { makeKeys, prepareObjects, type Workshop } from './objects.ts';
import { type ContractDocument, type Operation, operationsOf } from './operations.ts';
import { type Plan, plansOf } from './plan.ts';
import { Line } from './wire.ts';

export type FuzzOptions = {
  requests: number;
  seed: number;
  /** Requests under way at once. */
  lines?: number;
  /** After so many requests the objects are used up, and new ones are prepared. */
  round?: number;
  /** Only these operations; all without. */
  only?: readonly string[];
  onProgress?: (sent: number) => void;
};

/** One kind of answer that the contract does not describe, with the smallest request that was found to bring it. */
export type Violation = { what: string; seed: number; request: string; count: number };

export type FuzzResult = {
  sent: number;
  /** How often each status came; `none` where a connection that sent no whole request was closed. */
  byStatus: Record<string, number>;
  /** The same by operation; `framing` are octets on connections of their own. */
  byOperation: Record<string, Record<string, number>>;
  serverErrors: number;
  outside: number;
  violations: Violation[];
  /** What is wrong with the books and feeds of the sandboxes. */
  unsound: string[];
  seconds: number;
};

type AnyPlan = Plan | FramingPlan;

/** These take long or open a world of their own; so much of the share of another operation is enough. */
const rare: Readonly<Record<string, number>> = {
  advanceClock: 0.15,
  runScenario: 0.04,
  createSandbox: 0.25,
  deleteSandbox: 0.05,
  deleteWebhookEndpoint: 0.3,
};
const framingShare = 3;
const mostKinds = 20;
const shrinkingTries = 80;
const shrinkingMs = 15_000;

/**
 * Sends generated requests, right and nearly right ones, and holds every answer against the contract. Each request follows
 * from the seed and its number; only which ids its placeholders stand for differs.
 */
export async function fuzz(workshop: Workshop, options: FuzzOptions): Promise<FuzzResult> {
  const { requests, seed, lines = 4, round = 2_500, onProgress } = options;
  const document = await readContract(workshop);
  const operations = operationsOf(document);
  const check = createCheck(document, operations);
  const plans = allPlans(document, operations, options.only);
  const newKeys = makeKeys();
  const result: FuzzResult = {
    sent: 0,
    byStatus: {},
    byOperation: {},
    serverErrors: 0,
    outside: 0,
    violations: [],
    unsound: [],
    seconds: 0,
  };
  const began = performance.now();
  while (result.sent < requests) {
    const { objects, books } = await prepareObjects(workshop, newKeys);
    const end = Math.min(requests, result.sent + round);
    let next = result.sent;
    const work = async (): Promise<void> => {
      const asking: Asking = { port: workshop.port, objects, check, line: new Line(workshop.port) };
      while (next < end) {
        const planSeed = seedOf(seed, next);
        next += 1;
        const outcome = await ask(asking, planOf(plans, planSeed));
        count(result, outcome);
        if (outcome.faults.length > 0) await note(result, outcome, { asking, plans, planSeed });
        onProgress?.(result.sent);
      }
      asking.line.close();
    };
    await Promise.all(Array.from({ length: lines }, work));
    for (const opened of books) result.unsound.push(...(await booksAndFeed(workshop, opened)));
  }
  return { ...result, seconds: (performance.now() - began) / 1000 };
}

async function readContract({ port }: Workshop): Promise<ContractDocument> {
  const answer = await fetch(`http://127.0.0.1:${port}/openapi.json`);
  return (await answer.json()) as ContractDocument;
}

function allPlans(
  document: ContractDocument,
  operations: readonly Operation[],
  only?: readonly string[],
): Arbitrary<AnyPlan> {
  const chosen = operations.filter(({ id }) => only?.includes(id) ?? true);
  const weighted = chosen.map((operation) => ({
    weight: Math.round(100 * (rare[operation.id] ?? 1)),
    arbitrary: plansOf(document, operation) as Arbitrary<AnyPlan>,
  }));
  if (!only || only.includes('framing'))
    weighted.push({ weight: 100 * framingShare, arbitrary: framingPlans });
  return fc.oneof(...weighted);
}

/** The same for the same seed and number, and unlike that of any other. */
function seedOf(seed: number, number: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) | 0;
}

function planOf(plans: Arbitrary<AnyPlan>, seed: number): AnyPlan {
  const [plan] = fc.sample(plans, { seed, numRuns: 1 });
  if (!plan) throw new Error('fast-check gave no plan');
  return plan;
}

function count(result: FuzzResult, { operation, answers, faults }: Outcome): void {
  result.sent += 1;
  const statuses = answers.map(({ status }) => String(status));
  const ofOperation = (result.byOperation[operation] ??= {});
  for (const status of statuses.length > 0 ? statuses : ['none']) {
    result.byStatus[status] = (result.byStatus[status] ?? 0) + 1;
    ofOperation[status] = (ofOperation[status] ?? 0) + 1;
  }
  result.serverErrors += answers.filter(({ status }) => status >= 500).length;
  if (faults.length > 0) result.outside += 1;
}

type Shrinking = { asking: Asking; plans: Arbitrary<AnyPlan>; planSeed: number };

/** Counts a violation with those of its kind; the first of a kind is made as small as it gets. */
async function note(result: FuzzResult, outcome: Outcome, shrinking: Shrinking): Promise<void> {
  const what = kindOf(outcome);
  const known = result.violations.find((violation) => violation.what === what);
  if (known) {
    known.count += 1;
    return;
  }
  const violation: Violation = { what, seed: shrinking.planSeed, request: outcome.shown(), count: 1 };
  if (result.violations.length >= mostKinds) return;
  result.violations.push(violation);
  violation.request = (await shrink(what, shrinking)) ?? violation.request;
}

/** The first fault, without what differs from one request to the next. */
function kindOf({ operation, faults: [first = ''] }: Outcome): string {
  return `${operation}: ${first}`.replaceAll(/[0-9a-f]{32}|\d{10,}/g, '…');
}

async function shrink(what: string, { asking, plans, planSeed }: Shrinking): Promise<string | undefined> {
  let smallest: string | undefined;
  const line = new Line(asking.port);
  const stillWrong = fc.asyncProperty(plans, async (plan) => {
    const outcome = await ask({ ...asking, line }, plan);
    if (outcome.faults.length === 0 || kindOf(outcome) !== what) return true;
    smallest = outcome.shown();
    return false;
  });
  let tries = 0;
  await fc.check(
    stillWrong.beforeEach(() => void (tries += 1)),
    {
      seed: planSeed,
      numRuns: 1,
      interruptAfterTimeLimit: shrinkingMs,
      skipAllAfterTimeLimit: shrinkingMs,
      maxSkipsPerRun: shrinkingTries,
    },
  );
  line.close();
  return smallest;
}
