import type { Form } from './form.ts';
import type { Store } from './store.ts';

/** A request as the mock sees it, whatever carried it. */
export type MockRequest = {
  method: string;
  /** Without the query. */
  path: string;
  query: Form;
  body: Form;
  /** The body as it was sent; part of what an idempotency key stands for. */
  rawBody: string;
  idempotencyKey: string | undefined;
  /** The account in whose name is asked. */
  account?: string | undefined;
  /** Seconds since 1970. */
  now: number;
};

/** What the mock answers: a response, silence, or a connection that breaks after all is done. */
export type MockReply =
  { kind: 'answer'; status: number; body: unknown } | { kind: 'silence' } | { kind: 'broken' };

/** What one endpoint does. It throws a `MockRefusal`, and what it has saved before is kept. */
export type Endpoint = (call: Call) => Promise<unknown>;

export type Call = {
  request: MockRequest;
  /** The parts of the path that the route leaves open. */
  ids: string[];
  store: Store;
  /** Whether a request under the same key came before and was not answered. */
  repeated: boolean;
  /** Lets the answer to this call be lost on its way. */
  loseAnswer(): void;
};

/** Ends a call without any answer; nothing that it did is kept. */
export class MockSilence extends Error {}

/** An error answer in Stripe's form. */
export class MockRefusal extends Error {
  readonly status: number;
  readonly body: { error: Record<string, unknown> };

  constructor(
    status: number,
    error: { type: string; code?: string; message: string } & Record<string, unknown>,
  ) {
    super(error.message);
    this.status = status;
    this.body = { error };
  }
}

export function invalidRequest(message: string, code?: string, param?: string): MockRefusal {
  return new MockRefusal(400, {
    type: 'invalid_request_error',
    message,
    ...(code && { code }),
    ...(param && { param }),
  });
}

export function missing(kind: string, id: string): MockRefusal {
  return new MockRefusal(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param: 'id',
  });
}
