import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Capture, CheckoutSession, Order, Plan, Refund, RefundPreview } from '@morrow/sdk-js/server';

type Fact = { status: number; body: object };
type Kept = Fact & { fingerprint: string };
export type Called = { method: string; path: string; key: string | undefined; body: Record<string, unknown> };

const at = '2026-03-01T08:30:00.000Z';
const newId = (prefix: string) => `${prefix}_${randomBytes(16).toString('hex')}`;

function problem(status: number, code: string, detail = code): Fact {
  return {
    status,
    body: { type: `/problems/${code}`, title: code, status, code, detail, request_id: 'req_1' },
  };
}

/**
 * A gateway small enough to lie inside a test: it answers the shop's requests by the contract, keeps what was done under
 * an idempotency key, and lets the test play the shopper.
 */
export class FakeGateway {
  readonly sessions = new Map<string, CheckoutSession>();
  readonly orders = new Map<string, Order>();
  readonly captures: Capture[] = [];
  readonly refunds: Refund[] = [];
  readonly called: Called[] = [];
  /** What the next requests to a path are answered instead, one after another. */
  readonly failures: { path: RegExp; fact: Fact | 'lost' }[] = [];
  readonly #kept = new Map<string, Kept>();
  readonly #server = createServer((req, res) => {
    void this.#serve(req, res);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** The session that the shop opened last. */
  lastSession(): CheckoutSession {
    const session = [...this.sessions.values()].at(-1);
    if (!session) throw new Error('no session was opened');
    return session;
  }

  /** What the shopper does on the hosted page, or time. */
  change(sessionId: string, change: Partial<CheckoutSession>): void {
    const session = this.#session(sessionId);
    if (change.status === 'confirmed') {
      Object.assign(session, {
        checkout_token: `ctk_${sessionId}`,
        allowed_actions: ['authorize', 'cancel'],
      });
    } else if (change.status !== undefined) {
      delete session.checkout_token;
      session.allowed_actions = [];
    }
    Object.assign(session, change);
  }

  callsOf(path: RegExp): Called[] {
    return this.called.filter((call) => call.method !== 'GET' && path.test(call.path));
  }

  #session(id: string): CheckoutSession {
    const session = this.sessions.get(id);
    if (!session) throw new Error(`there is no session ${id}`);
    return session;
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const fact = await this.#answer(req);
    if (fact === 'lost') {
      res.destroy();
    } else {
      res.statusCode = fact.status;
      res.end(JSON.stringify(fact.body));
    }
  }

  async #answer(req: IncomingMessage): Promise<Fact | 'lost'> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url: path = '' } = req;
    const key = req.headers['idempotency-key'] as string | undefined;
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    this.called.push({ method, path, key, body });
    if (!req.headers.signature) return problem(401, 'signature_missing');
    const failure = this.failures.findIndex((candidate) => candidate.path.test(`${method} ${path}`));
    if (failure >= 0) return this.failures.splice(failure, 1)[0]?.fact ?? 'lost';
    if (method === 'GET') return this.#read(path);
    if (key === undefined) return problem(400, 'idempotency_key_missing');
    return this.#once(key, `${path}\n${text}`, () => this.#write(path, body));
  }

  #once(key: string, fingerprint: string, work: () => Fact): Fact {
    const kept = this.#kept.get(key);
    if (kept) return kept.fingerprint === fingerprint ? kept : problem(422, 'idempotency_key_reused');
    const fact = work();
    if (fact.status < 300) this.#kept.set(key, { ...fact, body: structuredClone(fact.body), fingerprint });
    return fact;
  }

  #read(path: string): Fact {
    const [, , resource, id = '', part] = path.split('/');
    const order = [...this.orders.values()].find((candidate) =>
      [candidate.id, candidate.plan_id].includes(id),
    );
    const session = this.sessions.get(id);
    if (resource === 'checkout-sessions' && session) return { status: 200, body: session };
    if (!order) return problem(404, 'not_found');
    if (part === 'captures') return { status: 200, body: { data: this.captures } };
    if (part === 'refunds') return { status: 200, body: { data: this.refunds } };
    return { status: 200, body: resource === 'plans' ? planOf(order) : order };
  }

  #write(path: string, body: Record<string, unknown>): Fact {
    const [, , resource, id = '', action] = path.split('/');
    if (resource === 'checkout-sessions' && id === '') return this.#open(body);
    const session = this.sessions.get(id);
    if (session && action === 'cancel') {
      if (!session.allowed_actions.includes('cancel')) return problem(409, 'state_conflict');
      this.change(id, { status: 'canceled' });
      return { status: 200, body: session };
    }
    if (resource === 'orders' && id === '') return this.#authorize(body);
    const order = this.orders.get(id);
    if (!order) return problem(404, 'not_found');
    return this.#changeOrder(order, action, body as { reference: string; amount: number });
  }

  #open(body: Record<string, unknown>): Fact {
    const session = {
      ...body,
      id: newId('cs'),
      object: 'checkout_session',
      status: 'open',
      lines_hash: createHash('sha256').update(JSON.stringify(body.lines)).digest('base64url'),
      shopper_id: null,
      plan_code: null,
      decline_code: null,
      order_id: null,
      allowed_actions: ['cancel'],
      version: 1,
      created_at: at,
      expires_at: at,
    } as unknown as CheckoutSession;
    this.sessions.set(session.id, session);
    return { status: 201, body: { ...session, url: `${this.origin}/c/${session.id}-secret` } };
  }

  #authorize(body: Record<string, unknown>): Fact {
    const session = [...this.sessions.values()].find(
      ({ checkout_token: token }) => token === body.checkout_token,
    );
    if (session?.status !== 'confirmed') return problem(409, 'checkout_token_used');
    if (session.amount !== body.amount) return problem(409, 'amount_mismatch');
    const order: Order = {
      id: newId('ord'),
      object: 'order',
      status: 'authorized',
      merchant_reference: session.merchant_reference,
      checkout_session_id: session.id,
      agreement_id: null,
      plan_id: newId('pln'),
      shopper_id: 'shp_1',
      currency: session.currency,
      authorized_amount: session.amount,
      captured_amount: 0,
      voided_amount: 0,
      refunded_amount: 0,
      capturable_amount: session.amount,
      refundable_amount: 0,
      allowed_actions: ['capture', 'void'],
      version: 1,
      created_at: at,
      expires_at: at,
    };
    this.orders.set(order.id, order);
    this.change(session.id, { status: 'completed', order_id: order.id });
    return { status: 201, body: { ...order } };
  }

  #changeOrder(order: Order, action: string | undefined, input: { reference: string; amount: number }): Fact {
    const { amount, reference } = input;
    const common = { id: newId('x'), order_id: order.id, reference, amount, created_at: at };
    if (action === 'refund-preview') return this.#previewRefund(order, amount);
    if (action === 'captures') {
      if (amount > order.capturable_amount) {
        return problem(409, 'capture_exceeds_authorized', `${amount} is more than can still be captured.`);
      }
      if (this.captures.some((capture) => capture.reference === reference)) {
        return problem(409, 'capture_reference_in_use');
      }
      order.captured_amount += amount;
      this.captures.push({ ...common, object: 'capture', merchant_fee: 100, shipment: null });
    } else if (action === 'refunds') {
      if (amount > order.refundable_amount) return problem(409, 'refund_exceeds_refundable');
      order.refunded_amount += amount;
      this.refunds.push({
        ...common,
        object: 'refund',
        debt_amount: amount,
        money_back_amount: 0,
        interest_returned: 0,
        fee_returned: 0,
        status: 'succeeded',
        version: 1,
      });
    } else {
      order.voided_amount += order.capturable_amount;
    }
    settle(order);
    return { status: action === 'void' ? 200 : 201, body: action === 'void' ? order : { ...common } };
  }

  /** As if one payment were open. */
  #previewRefund(order: Order, amount: number): Fact {
    if (amount > order.refundable_amount) return problem(409, 'refund_exceeds_refundable');
    const open = { number: 1, due_date: '2026-03-15', interest: 0, fee: 0, paid_amount: 0 };
    const [before, after] = [order.refundable_amount, order.refundable_amount - amount];
    return {
      status: 200,
      body: {
        object: 'refund_preview',
        order_id: order.id,
        plan_id: order.plan_id,
        currency: order.currency,
        amount,
        debt_amount: amount,
        money_back_amount: 0,
        interest_returned: 0,
        fee_returned: 0,
        subsidy_returned: 0,
        schedule_before: [{ ...open, principal: before, amount: before }],
        schedule_after: [{ ...open, principal: after, amount: after }],
      } satisfies RefundPreview,
    };
  }
}

function settle(order: Order): void {
  order.version += 1;
  order.capturable_amount = order.authorized_amount - order.captured_amount - order.voided_amount;
  order.refundable_amount = order.captured_amount - order.refunded_amount;
  if (order.captured_amount === 0) order.status = 'voided';
  else order.status = order.capturable_amount > 0 ? 'partially_captured' : 'captured';
  order.allowed_actions = [
    ...(order.capturable_amount > 0 ? (['capture', 'void'] as const) : []),
    ...(order.refundable_amount > 0 ? (['refund'] as const) : []),
  ];
}

function planOf(order: Order): Plan {
  const installments = [
    { number: 1, due_date: '2026-03-01', amount: order.authorized_amount - 2 },
    { number: 2, due_date: '2026-04-01', amount: 1 },
    { number: 3, due_date: '2026-05-01', amount: 1 },
  ];
  return {
    id: order.plan_id,
    object: 'plan',
    order_id: order.id,
    code: 'pay_in_3',
    status: order.captured_amount > 0 ? 'active' : 'pending',
    currency: order.currency,
    started_on: order.captured_amount > 0 ? '2026-03-02' : null,
    agreed: {
      version: 1,
      code: 'pay_in_3',
      currency: order.currency,
      amount: order.authorized_amount,
      down_payment: 0,
      financed: order.authorized_amount,
      finance_charge: 0,
      installments: installments.map((item) => ({ ...item, offset: { months: item.number - 1 } })),
      cadence: { months: 1 },
      refund_policy: 'from_last',
      merchant: { id: 'mer_1', name: 'Shop' },
      funder: { id: 'fnd_1', name: 'Lantern Bank' },
      terms_version: '1',
      agreed_on: '2026-03-01',
    },
    snapshot_hash: 'h',
    installments:
      order.captured_amount === 0
        ? []
        : installments.map((item) => ({
            ...item,
            id: newId('ins'),
            paid_amount: 0,
            principal: item.amount,
            interest: 0,
            fee: 0,
            paid_principal: 0,
            paid_interest: 0,
            paid_fee: 0,
            paused_until: null,
            status: 'scheduled' as const,
            days_past_due: 0,
          })),
    version: 1,
  };
}
