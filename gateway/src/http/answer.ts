import type { Context } from '../context.ts';
import { GatewayError } from '../lib/errors.ts';
import type { MerchantKey } from '../lib/jwk.ts';
import { transact } from '../lib/tx.ts';
import { type ListScope, sealPage } from './cursors.ts';
import { fingerprintOf, readIdempotencyKey } from './idempotency-key.ts';
import type { Reply } from './idempotency-store.ts';
import { registerOnce, runOnce, writeOnce } from './idempotency.ts';
import { spendNonce } from './nonces.ts';
import { problemDocument } from './problem.ts';
import {
  Accepted,
  JsonText,
  type RequestFunder,
  type RequestMerchant,
  type RequestSession,
  type RequestShop,
  type Route,
  type RouteRequest,
} from './route.ts';
import type { RequestMessage } from './signatures/message.ts';

/**
 * Who sent the request: a merchant or a funder that signed it, the holder of a key yet to be registered, a page of a shop, a page
 * with the token of a session, or anybody. `origin` is that of the page, which may read the answer.
 */
export type Caller = {
  merchant?: RequestMerchant;
  funder?: RequestFunder;
  newKey?: MerchantKey;
  nonce?: string | undefined;
  shop?: RequestShop;
  session?: RequestSession;
  origin?: string;
};

type Served = {
  route: Route;
  message: RequestMessage;
  caller: Caller;
  request: RouteRequest;
  /** Set where the route is a list that is read page by page. */
  list?: ListScope | undefined;
};

/** Does the work of an authenticated and parsed request, once for its Idempotency-Key where it has one. */
export function answer(context: Context, served: Served): Promise<Reply> {
  const { route, message, request, list } = served;
  const { merchant, funder, newKey, nonce, shop, session } = served.caller;
  const render = (result: unknown): Reply =>
    renderAnswer(context, route, request.id, list ? sealPage(context.vault, list, result) : result);
  if (merchant) return answerMerchant(context, served, { merchant, nonce }, render);
  if (funder) return answerFunder(context, served, { funder, nonce }, render);
  const page = shop ?? session;
  if (page) return answerPage(context, served, page.environmentId, render);
  const { run } = route;
  if (!run) throw new Error(`${route.operationId} needs a merchant`);
  if (newKey) {
    const identified = { key: readIdempotencyKey(message), fingerprint: fingerprintOf(message) };
    return registerOnce(context, newKey, identified, async (sql) =>
      render(await run({ ...context, db: sql }, { ...request, newKey })),
    );
  }
  return run(context, request).then(render);
}

/** A page reads what everybody may know of its shop, or how its session stands. */
async function answerPage(
  context: Context,
  { route, caller: { shop, session }, request: parsed }: Served,
  environmentId: string,
  render: (result: unknown) => Reply,
): Promise<Reply> {
  const { read } = route;
  if (!read) throw new Error(`${route.operationId} reads nothing`);
  const actor = { kind: 'system', id: 'browser' } as const;
  const request = { ...parsed, ...(shop && { shop }), ...(session && { session }) };
  return render(await transact(context, { environmentId, actor, access: 'read' }, (tx) => read(tx, request)));
}

/** A funder reads what it owns. */
async function answerFunder(
  context: Context,
  { route, request }: Served,
  { funder, nonce }: { funder: RequestFunder; nonce: string | undefined },
  render: (result: unknown) => Reply,
): Promise<Reply> {
  const { read } = route;
  if (!read) throw new Error(`${route.operationId} reads nothing`);
  const { environmentId, id, kid } = funder;
  const caller = { environmentId, actor: { kind: 'funder', id, kid }, access: 'read' } as const;
  if (nonce !== undefined)
    await transact(context, caller, (tx) => spendNonce(tx, { ownerId: id, kid, nonce }));
  return render(await transact(context, caller, (tx) => read(tx, { ...request, funder })));
}

async function answerMerchant(
  context: Context,
  { route, message, request: parsed }: Served,
  { merchant, nonce }: { merchant: RequestMerchant; nonce: string | undefined },
  render: (result: unknown) => Reply,
): Promise<Reply> {
  const { environmentId, id: merchantId, kid } = merchant;
  const caller = { environmentId, actor: { kind: 'merchant', id: merchantId, kid } } as const;
  const request = { ...parsed, merchant };
  if (nonce !== undefined) {
    // Apart from the work: a nonce stays spent when the work fails.
    await transact(context, { ...caller, access: 'read' }, (tx) =>
      spendNonce(tx, { ownerId: merchantId, kid, nonce }),
    );
  }
  const { read, ask, write, run } = route;
  if (read) return render(await transact(context, { ...caller, access: 'read' }, (tx) => read(tx, request)));
  if (route.method === 'get' && run) return render(await run(context, request));
  const scope = {
    environmentId,
    merchantId,
    key: readIdempotencyKey(message),
    fingerprint: fingerprintOf(message),
  };
  if (write) {
    return writeOnce(context, caller, scope, {
      ask: ask && ((tx) => ask(tx, request)),
      work: async (tx, asked) => render(await write(tx, request, asked)),
    });
  }
  if (run) return runOnce(context, caller, scope, async () => render(await run(context, request)));
  throw new Error(`${route.operationId} has nothing to do`);
}

/** The answer's status and JSON. A bigint in it is a bug of the handler, at which JSON.stringify throws. */
function renderAnswer(context: Context, route: Route, requestId: string, result: unknown): Reply {
  if (result instanceof JsonText) return { status: route.success.status, text: result.text };
  if (result instanceof Accepted) {
    if (route.accepted === undefined) throw new Error(`${route.operationId} does not say what 202 means`);
    return { status: 202, text: JSON.stringify(result.body) };
  }
  const problem = (result as { problem?: unknown } | null)?.problem;
  if (!(problem instanceof GatewayError)) {
    return { status: route.success.status, text: JSON.stringify(result) };
  }
  // Only a 402 is an outcome; any other refusal has to be thrown, so that it leaves nothing behind.
  if (problem.status !== 402)
    throw new Error(`${route.operationId} returned ${problem.code} instead of throwing it`);
  const document = problemDocument(problem, { origin: context.config.origins.api, requestId });
  return { status: problem.status, text: JSON.stringify(document) };
}
