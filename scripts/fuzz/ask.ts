import { buildRequest, type Objects, showRequest } from './build.ts';
import type { Check } from './check.ts';
import type { FramingPlan } from './framing.ts';
import type { Plan } from './plan.ts';
import { type Answer, askAlone, headerOf, type Line, NoAnswer } from './wire.ts';

/** What came of one plan. */
export type Outcome = {
  /** The operation, or `framing`. */
  operation: string;
  answers: Answer[];
  faults: string[];
  /** The request, for somebody who wants to send it again. */
  shown(): string;
};

export type Asking = { port: number; objects: Objects; line: Line; check: Check };

/** Sends what a plan says, and holds what comes back against the contract. */
export function ask(asking: Asking, plan: Plan | FramingPlan): Promise<Outcome> {
  return 'operation' in plan ? askRequest(asking, plan) : askFraming(asking, plan);
}

async function askRequest({ objects, line, check }: Asking, plan: Plan): Promise<Outcome> {
  const request = buildRequest(plan, objects);
  const outcome: Outcome = {
    operation: plan.operation.id,
    answers: [],
    faults: [],
    shown: () => showRequest(request),
  };
  try {
    for (let times = plan.again ? 2 : 1; times > 0; times -= 1) {
      const answer = await line.ask(request.octets, plan.method === 'HEAD');
      outcome.answers.push(answer);
      outcome.faults.push(...check.request(request, answer));
    }
    outcome.faults.push(...repeated(plan, outcome.answers));
    keepMade(objects, plan, outcome.answers[0]);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    outcome.faults.push(`${plan.operation.id}: ${error.message}`);
  }
  return outcome;
}

const mostKept = 60;

/** What was made is there for the requests that follow, the newest first. */
function keepMade({ pools }: Objects, { caller }: Plan, answer: Answer | undefined): void {
  if (answer?.status !== 201 || caller.kind !== 'merchant' || caller.signer !== 'main') return;
  const { id = '' } = JSON.parse(answer.body.toString()) as { id?: string };
  const pool = pools[id.slice(0, id.indexOf('_'))];
  pool?.unshift(id);
  pool?.splice(mostKept);
}

/** The second answer to one write is the first one. */
function repeated({ operation, method, caller }: Plan, [first, second]: Answer[]): string[] {
  const isWrite =
    method !== 'GET' && method !== 'HEAD' && (caller.kind === 'merchant' || caller.kind === 'newKey');
  if (!first || !second || !isWrite || first.status >= 300 || second.status >= 300) return [];
  if (headerOf(second, 'idempotency-replayed') !== 'true') return [`${operation.id} did its work twice`];
  return first.body.equals(second.body) ? [] : [`${operation.id} answers a repetition otherwise`];
}

async function askFraming(
  { port, check }: Asking,
  { name, text, answers: most, ends }: FramingPlan,
): Promise<Outcome> {
  const answers = await askAlone(port, Buffer.from(text, 'latin1'), most, ends);
  const faults = answers.flatMap((answer) => check.framing(answer)).map((fault) => `${name}: ${fault}`);
  return {
    operation: 'framing',
    answers,
    faults,
    shown: () =>
      `printf %b ${JSON.stringify(text.length > 600 ? `${text.slice(0, 600)}…` : text)} | nc $HOST $PORT`,
  };
}
