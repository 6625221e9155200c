import {
  type Context as Active,
  context as active,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Request, RequestHandler, Response } from 'express';
import type { Knex } from '@morrow/db';
import type { Processor } from '../processor/port.ts';
import type { ProcessorFor } from '../processor/processors.ts';
import type { Traces } from '../lib/traces.ts';

/**
 * Everything that is traced in one process, and its end. No span ever holds what names a person, an order, an address or a
 * query; of whose it is it has the environment's id. The process loads this file only where it is configured.
 */
export type Tracing = Traces & {
  /** Makes a span of each request, below the one that its `traceparent` names. Comes before everything else. */
  request: RequestHandler;
  /** Makes a span of each transaction on `db` below a request or a piece of work, and counts statements. */
  followDatabase(db: Knex): void;
  /** The same processors; each call of them is a span. */
  followProcessors(processorFor: ProcessorFor): ProcessorFor;
  /** Sends what is still here. */
  close(): Promise<void>;
};

const tracer = trace.getTracer('morrow');
const statementsKey = createContextKey('statements');

/** How many statements were sent under a span. */
type Statements = { count: number };

/**
 * Begins to send traces by OTLP over HTTP to `endpoint`, below which the collector listens at `/v1/traces`. What else the
 * specification's variables say (sampler, headers, resource attributes, batches) the SDK reads by itself.
 */
export function startTracing({ endpoint }: { endpoint: string }): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'morrow' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  return {
    request: traceRequest,
    piece: (name, environmentId, work) =>
      inSpan(name, { kind: SpanKind.CONSUMER, root: true, attributes: environmentOf(environmentId) }, work),
    headers() {
      const headers: Record<string, string> = {};
      propagation.inject(active.active(), headers);
      return headers;
    },
    followDatabase,
    followProcessors,
    async close() {
      await provider.shutdown();
      trace.disable();
      propagation.disable();
      active.disable();
    },
  };
}

function environmentOf(id: string | undefined) {
  return id === undefined ? {} : { 'morrow.environment': id };
}

const traceRequest: RequestHandler = (req, res, next) => {
  // Nothing else of what a stranger sends is taken on, and so sent on: no baggage.
  const { traceparent, tracestate } = req.headers;
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
  const span = tracer.startSpan(req.method, { kind: SpanKind.SERVER }, parent);
  const statements: Statements = { count: 0 };
  res.once('close', () => {
    span.setAttribute('db.statements', statements.count);
    endRequest(span, req, res);
  });
  active.with(trace.setSpan(parent, span).setValue(statementsKey, statements), next);
};

/** What is known of a request is told in the names of the contract; its path may hold a secret, and its template does not. */
function endRequest(span: Span, req: Request, res: Response): void {
  const { operationId, problem, owner } = res.locals as {
    operationId?: string;
    problem?: string;
    owner?: { environmentId: string };
  };
  const path: unknown = (req.route as { path?: unknown } | undefined)?.path;
  if (typeof path === 'string') {
    const route = `${req.baseUrl}${path}`.replaceAll(/:(\w+)/g, '{$1}');
    span.setAttribute('http.route', route).updateName(`${req.method} ${route}`);
  }
  span.setAttributes({
    'http.request.method': req.method,
    'http.response.status_code': res.statusCode,
    ...(operationId !== undefined && { 'morrow.operation': operationId }),
    ...(problem !== undefined && { 'morrow.problem': problem }),
    ...environmentOf(owner?.environmentId),
  });
  if (res.statusCode >= 500 || !res.writableFinished) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** A span around `work`. An error is told by its kind alone: messages may quote what was sent. */
function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span, statements: Statements) => Promise<Result>,
): Promise<Result> {
  const above = active.active();
  const span = tracer.startSpan(name, options, above);
  const statements: Statements = { count: 0 };
  const inside: Active = trace
    .setSpan(options.root ? ROOT_CONTEXT : above, span)
    .setValue(statementsKey, statements);
  return active.with(inside, async () => {
    try {
      return await work(span, statements);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', kindOf(error));
      throw error;
    } finally {
      span.setAttribute('db.statements', statements.count).end();
    }
  });
}

function kindOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}

const controls = new Set(['BEGIN;', 'COMMIT;', 'ROLLBACK']);

/** Idle loops look for work many times a second; their transactions are no part of anything and are left out. */
function followDatabase(db: Knex): void {
  db.on('query', ({ sql }: { sql: string }) => {
    const statements = active.active().getValue(statementsKey) as Statements | undefined;
    if (statements && !controls.has(sql)) statements.count += 1;
  });
  const begin = db.transaction.bind(db) as (...given: unknown[]) => Promise<unknown>;
  const transaction = (...given: unknown[]): Promise<unknown> => {
    const above = active.active().getValue(statementsKey) as Statements | undefined;
    if (!above || typeof given[0] !== 'function') return begin(...given);
    return inSpan('transaction', {}, async (_, statements) => {
      try {
        return await begin(...given);
      } finally {
        above.count += statements.count;
      }
    });
  };
  Object.defineProperty(db, 'transaction', { value: transaction });
}

function followProcessors(processorFor: ProcessorFor): ProcessorFor {
  const followed = new WeakMap<Processor, Processor>();
  return (kind) => {
    const processor = processorFor(kind);
    const known = followed.get(processor) ?? new Proxy(processor, { get: tracedMember });
    followed.set(processor, known);
    return known;
  };
}

function tracedMember(processor: Processor, name: string | symbol): unknown {
  const member: unknown = Reflect.get(processor, name);
  if (typeof member !== 'function' || typeof name !== 'string') return member;
  return (...given: unknown[]) =>
    inSpan(`processor ${name}`, { kind: SpanKind.CLIENT }, async (span) => {
      const outcome: unknown = await Reflect.apply(member, processor, given);
      const { status } = (outcome ?? {}) as { status?: unknown };
      if (typeof status === 'string') span.setAttribute('morrow.outcome', status);
      return outcome;
    });
}
