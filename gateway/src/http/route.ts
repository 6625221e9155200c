import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { GatewayError, ProblemCode } from '../lib/errors.ts';
import type { MerchantKey } from '../lib/jwk.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';

/** What a merchant's key may be used for. */
export type Scope = 'read' | 'orders' | 'refunds' | 'keys' | 'sandbox';

/**
 * Who may call: a merchant that signs with a registered key; a funder that does; somebody who signs with the key that the body's `jwk`
 * registers; a page of the shop that a publishable key names; such a page with the token of one checkout session;
 * anybody. Where pages call, browsers are told which origins may.
 */
export type Auth = 'merchant' | 'funder' | 'new_key' | 'publishable' | 'client_token' | 'none';

/** The shop whose page asks. Its key proves nothing: what everybody may know of the shop is all that it gets. */
export type RequestShop = { merchantId: string; environmentId: string };

/** The one checkout session that the bearer of a client token may read. */
export type RequestSession = { id: string; merchantId: string; environmentId: string };

/** The merchant that signed a request. */
export type RequestMerchant = { id: string; environmentId: string; kid: string; scopes: readonly string[] };

/** The funder that signed a request. It reads what it owns, and has no scopes. */
export type RequestFunder = { id: string; environmentId: string; kid: string };

export type RouteRequest<Params = unknown, Query = unknown, Body = unknown> = {
  /** Names the request in problems and in the log. */
  id: string;
  params: Params;
  query: Query;
  body: Body;
  /** The bytes that were signed. */
  rawBody: Buffer;
  /** The raw request target, path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** The client's network address, as far as the configured proxies tell it. */
  address: string;
  /** Calls `listener` when the answer is out or the client has gone: at once when it has already. */
  whenClosed: (listener: () => void) => void;
};

type CallerOf<A extends Auth> = {
  merchant: { merchant: RequestMerchant };
  funder: { funder: RequestFunder };
  new_key: { newKey: MerchantKey };
  publishable: { shop: RequestShop };
  client_token: { session: RequestSession };
  none: object;
}[A];

/** A refusal with status 402 that is an outcome: what the handler did is committed and the answer is kept. */
export type Declined = { problem: GatewayError };

/** The body of the success while the work goes on behind the answer, which then has status 202. */
export class Accepted<Body> {
  readonly body: Body;

  constructor(body: Body) {
    this.body = body;
  }
}

/** The body of the success as JSON text, where the database has written most of it: nothing is made of it on the way. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a handler gives back: the body of the success, a plain object that is sent as it is or its text, or a refusal to keep. */
export type Answer<S extends z.ZodType> = Promise<z.output<S> | JsonText | Accepted<z.output<S>> | Declined>;

type Run<
  A extends Auth,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  S extends z.ZodType,
> = {
  run(
    context: Context,
    request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>> & CallerOf<A>,
  ): Answer<S>;
  read?: never;
  write?: never;
};

type InTransaction<
  A extends Auth,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  S extends z.ZodType,
> = {
  (tx: Tx, request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>> & CallerOf<A>): Answer<S>;
};

type Write<
  A extends Auth,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  S extends z.ZodType,
  Asked,
> = {
  ask?(
    this: void,
    tx: EarlyTx,
    request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>> & CallerOf<A>,
  ): Promise<Asked>;
  write(
    this: void,
    tx: Tx,
    request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>> & CallerOf<A>,
    asked: Asked,
  ): Answer<S>;
};

/** Who only reads, in one transaction: pages and funders. */
type Reader = 'publishable' | 'client_token' | 'funder';

/**
 * How a route does its work; exactly one of
 * - `read`: in a transaction that changes nothing;
 * - `write`: in the one transaction that also keeps the answer for its Idempotency-Key, so a crash leaves nothing.
 *   It must not call outside. What it judges it may have asked for by `ask`, which is sent in the transaction's first
 *   round trip and can only look and lock: whether there is anything to do is not yet known. Requests that do so share a
 *   transaction with others that come at once (`transactTogether`);
 * - `run`: in transactions of its own, between which it may call outside. Where the request has an Idempotency-Key it
 *   is run again after a crash, or after 30 s without an end, so it must be safe to run again. For `new_key` the
 *   context's database is already one transaction, because there is no environment yet in which another could begin.
 */
type Work<
  A extends Auth,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  S extends z.ZodType,
  Asked,
> =
  | (A extends Reader ? never : Run<A, P, Q, B, S>)
  | (A extends 'merchant' | Reader
      ? { read: InTransaction<A, P, Q, B, S>; write?: never; run?: never }
      : never)
  | (A extends 'merchant' ? Write<A, P, Q, B, S, Asked> & { read?: never; run?: never } : never);

type Declaration<
  A extends Auth,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  S extends z.ZodType,
> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In the style of OpenAPI: `/v1/orders/{order_id}`. */
  path: `/${string}`;
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  auth: A;
  /** A path that does not fit is `not_found`. */
  params?: P;
  /** Without a schema the query must be empty. */
  query?: Q;
  /** Without a schema there must be no body. Objects are strict, so that a mistyped field is not overlooked. */
  body?: B;
  /** In the place of `body`: the bytes of a file, which the handler finds in `rawBody`. */
  upload?: { types: readonly string[]; maxBytes: number };
  /** An example of the body, for the contract. */
  bodyExample?: z.input<B>;
  success: { status: 200 | 201 | 202; description: string; schema: S; example: z.output<S> };
  /** When the handler may answer `Accepted`: what its body, which is of the same form, then says. */
  accepted?: string;
  /** For how long a client may use the answer again; after that its ETag may show that it has not changed. */
  cacheSeconds?: number;
  /** Whether it may be asked without any limit on how often. */
  isUnlimited?: boolean;
  /** The codes with which the handler may refuse, besides those that every route of its kind has. */
  problems?: readonly ProblemCode[];
} & (A extends 'merchant' ? { scope: Scope } : { scope?: never });

/** A declared route whose types were checked: what is mounted and described. */
export type Route = Omit<Declaration<Auth, z.ZodType, z.ZodType, z.ZodType, z.ZodType>, 'scope'> & {
  scope?: Scope;
  read?(
    this: void,
    tx: Tx,
    request: RouteRequest &
      Partial<CallerOf<'merchant'> & CallerOf<'funder'> & CallerOf<'publishable'> & CallerOf<'client_token'>>,
  ): Promise<unknown>;
  ask?(this: void, tx: EarlyTx, request: RouteRequest & CallerOf<'merchant'>): Promise<unknown>;
  write?(this: void, tx: Tx, request: RouteRequest & CallerOf<'merchant'>, asked: unknown): Promise<unknown>;
  run?(
    this: void,
    context: Context,
    request: RouteRequest & Partial<CallerOf<'merchant'> & CallerOf<'new_key'>>,
  ): Promise<unknown>;
};

/** Without a schema for them, there must be none. */
export const NoFields = z.strictObject({});
type Nothing = typeof NoFields;

/**
 * Declares one route: from this, requests are authenticated, parsed and answered, and the contract is written. The
 * handler's request is typed by the schemas.
 *
 * @throws Error when the path's parameters are not those of `params`, or a method and its work do not go together.
 */
export function defineRoute<
  S extends z.ZodType,
  A extends Auth,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  B extends z.ZodType = z.ZodUndefined,
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- It is what `ask` answers and `write` is given.
  Asked = undefined,
>(declaration: Declaration<A, P, Q, B, S> & Work<A, P, Q, B, S, Asked>): Route {
  const { method, path, params, read, operationId } = declaration;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const declared = Object.keys(params?.shape ?? {});
  if (inPath.length !== declared.length || inPath.some((name) => !declared.includes(name))) {
    throw new Error(`${operationId}: the path has {${inPath.join()}}, params has {${declared.join()}}`);
  }
  if ((method === 'get') !== (read !== undefined) && declaration.run === undefined) {
    throw new Error(`${operationId}: a get reads, and what reads is a get`);
  }
  if (method === 'get' && declaration.body) throw new Error(`${operationId}: a get has no body`);
  if (method !== 'get' && declaration.cacheSeconds !== undefined) {
    throw new Error(`${operationId}: only the answer to a get is kept`);
  }
  return declaration;
}
