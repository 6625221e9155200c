import { Stripe } from 'stripe';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;
type Answer = Awaited<ReturnType<HttpClient['makeRequest']>>;

/** No answer of Stripe's, whoever gave it: what was asked may have happened. The SDK tells of it as of unreadable JSON. */
class NoAnswer extends Error {}

/**
 * Stripe's own SDK, which asks once and answers with what Stripe said, or with an error. The SDK looks for an error in the
 * body only: a failure without one, such as a gateway's 502 with `{}`, it hands on as what was asked for, and then nothing
 * would have been charged and be noted as paid. `headers` are sent with each request as well.
 */
export function createStripe(options: {
  secretKey: string;
  timeoutMs: number;
  /** Where the API is, when not at Stripe. */
  host?: string | undefined;
  headers?: (() => Record<string, string>) | undefined;
}): Stripe {
  return new Stripe(options.secretKey, {
    ...(options.host !== undefined && { host: options.host }),
    httpClient: httpClient(options.headers),
    // What is asked is repeated by us, from the database, where a crash does not forget it.
    maxNetworkRetries: 0,
    timeout: options.timeoutMs,
    telemetry: false,
  });
}

function httpClient(headers: (() => Record<string, string>) | undefined): HttpClient {
  const client = Stripe.createNodeHttpClient();
  const send = client.makeRequest.bind(client);
  client.makeRequest = async (host, port, path, method, given, ...rest) => {
    const sent = headers ? { ...given, ...headers() } : given;
    return checked(await send(host, port, path, method, sent, ...rest));
  };
  return client;
}

function checked(answer: Answer): Answer {
  const read = answer.toJSON.bind(answer);
  answer.toJSON = async () => {
    const body: unknown = await read();
    requireAnswer(answer.getStatusCode(), body);
    return body;
  };
  return answer;
}

/** What succeeded is an object that says what it is, or a page of them; what failed has an error. */
function requireAnswer(status: number, body: unknown): void {
  const { error, object, data } = (body ?? {}) as { error?: unknown; object?: unknown; data?: unknown };
  const isSuccess = status >= 200 && status < 300;
  const says = isSuccess ? typeof object === 'string' || Array.isArray(data) : isTold(error);
  if (!says) throw new NoAnswer(`${status} without ${isSuccess ? 'an object' : 'an error'}`);
}

/** Those of OAuth are words. */
const isTold = (error: unknown): boolean => (typeof error === 'object' ? error !== null : Boolean(error));
