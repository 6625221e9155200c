import { Agreements } from './agreements.ts';
import { CheckoutSessions } from './checkout-sessions.ts';
import { Events } from './events.ts';
import { publicJwkOf, readSigningKey, readUnnamedKey } from './keys.ts';
import { Keys } from './merchant-keys.ts';
import { Payouts, Plans, Settlements } from './money.ts';
import { Orders } from './orders.ts';
import { Returns } from './returns.ts';
import { SandboxControl } from './sandbox.ts';
import { type CallOptions, type ConnectionOptions, createSend, type Send } from './send.ts';
import type { NewSandbox, RequestBody } from './types.ts';
import { WebhookEndpoints } from './webhook-endpoints.ts';

/** Who signs, and how to reach the gateway. */
export type MorrowOptions = ConnectionOptions & {
  /** `<merchant id>/<kid>` of a registered key. */
  keyId: string;
};

/** The gateway, as one merchant's key may use it; made by `createMorrow`. */
export class Morrow {
  readonly checkoutSessions: CheckoutSessions;
  readonly orders: Orders;
  readonly returns: Returns;
  readonly agreements: Agreements;
  readonly plans: Plans;
  readonly settlements: Settlements;
  readonly payouts: Payouts;
  readonly events: Events;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly keys: Keys;
  readonly sandbox: SandboxControl;

  /** `createMorrow` makes the `send` of a key. */
  constructor(send: Send) {
    this.checkoutSessions = new CheckoutSessions(send);
    this.orders = new Orders(send);
    this.returns = new Returns(send);
    this.agreements = new Agreements(send);
    this.plans = new Plans(send);
    this.settlements = new Settlements(send);
    this.payouts = new Payouts(send);
    this.events = new Events(send);
    this.webhookEndpoints = new WebhookEndpoints(send);
    this.keys = new Keys(send);
    this.sandbox = new SandboxControl(send);
  }

  /**
   * Makes a sandbox with a merchant of its own, whose key is `privateKey`: the request is signed with the key that it
   * registers, so nothing has to be asked for beforehand. `keyId` is what `createMorrow` needs later.
   */
  static async createSandbox(
    connection: ConnectionOptions,
    input: Omit<RequestBody<'createSandbox'>, 'jwk'>,
    options?: CallOptions,
  ): Promise<{ sandbox: NewSandbox; keyId: string; morrow: Morrow }> {
    // Before there is a merchant, the thumbprint alone names the key.
    const key = readUnnamedKey(connection.privateKey, connection.rsaAlgorithm);
    const body = { ...input, jwk: publicJwkOf(key) };
    const send = createSend(connection, key);
    const sandbox: NewSandbox = await send({ method: 'POST', path: '/v1/sandboxes', body }, options);
    const keyId = `${sandbox.merchant.id}/${key.keyId}`;
    return { sandbox, keyId, morrow: new Morrow(createSend(connection, { ...key, keyId })) };
  }
}

/**
 * A client that signs with one merchant's key and repeats what failed on the way. Keep one for the whole process.
 *
 * @throws TypeError for a key or base URL that cannot be used.
 */
export function createMorrow(options: MorrowOptions): Morrow {
  return new Morrow(
    createSend(options, readSigningKey(options.keyId, options.privateKey, options.rsaAlgorithm)),
  );
}
