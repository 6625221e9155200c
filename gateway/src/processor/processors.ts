import { GatewayError } from '../lib/errors.ts';
import type { Environment } from '../lib/tx.ts';
import { sandboxHost } from './mock/host.ts';
import type { Processor } from './port.ts';
import { createStripeProcessor } from './stripe.ts';

export type ProcessorFor = (kind: Environment['kind']) => Processor;

const defaultTimeoutMs = 10_000;

/**
 * The processor of each kind of environment. `live` is Stripe's secret key; without it, live is refused with
 * `processor_unavailable`. `financialAccount` is Stripe's name for the account from which live sends cash to shoppers.
 * `sandbox` says that the mock processor is mounted in this process.
 */
export function createProcessors(options: {
  live?: string | undefined;
  financialAccount?: string | undefined;
  sandbox: boolean;
  timeoutMs?: number;
  /** Headers for each request to the processor, such as `traceparent`. */
  headers?: (() => Record<string, string>) | undefined;
}): ProcessorFor {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const processors: { [kind in Environment['kind']]?: Processor } = {};
  if (options.live !== undefined) {
    processors.live = createStripeProcessor({
      secretKey: options.live,
      timeoutMs,
      headers: options.headers,
      testMethods: false,
      financialAccount: options.financialAccount,
    });
  }
  if (options.sandbox) {
    processors.sandbox = createStripeProcessor({
      secretKey: 'sk_test_morrow_sandbox',
      host: sandboxHost,
      timeoutMs,
      headers: options.headers,
      testMethods: true,
      financialAccount: 'fa_test_morrow',
      accountPerEnvironment: true,
    });
  }
  return (kind) => {
    const processor = processors[kind];
    if (processor) return processor;
    throw new GatewayError('processor_unavailable', { detail: `No payment processor serves ${kind}.` });
  };
}
