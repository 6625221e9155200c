import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { ProblemCode } from '../lib/errors.ts';

/** What one process counts, for Prometheus. No label ever holds what names a person, a merchant or an order. */
export type Metrics = {
  registry: Registry;
  /** A request that is over. */
  countRequest(request: CountedRequest): void;
};

export type CountedRequest = {
  /** The contract's name of the operation; pages have none. */
  operation: string | undefined;
  method: string;
  status: number;
  seconds: number;
  problem: ProblemCode | undefined;
  replayed: boolean;
};

/** From a cached answer to the deadline of the processor. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Metrics with a registry of their own, those of Node (memory, event loop, garbage collection) among them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'morrow_' });
  const requests = new Histogram({
    name: 'morrow_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['operation', 'method', 'status'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  const problems = new Counter({
    name: 'morrow_problems_total',
    help: 'Problem documents by their code.',
    labelNames: ['operation', 'code'],
    registers: [registry],
  });
  const replays = new Counter({
    name: 'morrow_replays_total',
    help: 'Requests that were answered with what was kept for their Idempotency-Key.',
    registers: [registry],
  });
  return {
    registry,
    countRequest({ operation = 'page', method, status, seconds, problem, replayed }) {
      requests.observe({ operation, method: knownMethod(method), status }, seconds);
      if (problem) problems.inc({ operation, code: problem });
      if (replayed) replays.inc();
    },
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A client may send any word as its method, and each label's value costs memory for ever. */
function knownMethod(method: string): string {
  return methods.has(method) ? method : 'other';
}
