import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { url: string; headers: Record<string, string>; body: string };

/** A real HTTP server on loopback that keeps what it gets and answers as it is told; challenges it answers by itself. */
export type Receiver = {
  /** `host:port`, as an operator lists it. */
  target: string;
  url: string;
  received: Received[];
  connections(): number;
  /** Whether challenges are answered, and not kept; they are until it is called. */
  answerChallenges(whether: boolean): void;
  /** How the next requests are answered; a number is a status. 204 until it is called. */
  answer(how: number | ((request: IncomingMessage, response: ServerResponse) => void)): void;
  close(): Promise<void>;
};

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  let answersChallenges = true;
  let how: Parameters<Receiver['answer']>[0] = 204;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const challenged = answerOf(body);
      if (challenged !== undefined && answersChallenges) {
        response.writeHead(200).end(challenged);
        return;
      }
      received.push({ url: request.url ?? '', headers: request.headers as Record<string, string>, body });
      if (typeof how === 'number') response.writeHead(how).end();
      else how(request, response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    target,
    url: `http://${target}/hooks`,
    received,
    connections: () => connections,
    answerChallenges: (whether) => {
      answersChallenges = whether;
    },
    answer: (next) => {
      how = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What answers a challenge, computed as docs/events.md says; undefined for whatever is none. */
export function answerOf(body: string): string | undefined {
  if (!body.includes('"webhook_endpoint.challenge"')) return undefined;
  const { object_id: id, data } = JSON.parse(body) as { object_id: string; data: { challenge: string } };
  const response = createHash('sha256')
    .update(`morrow-webhook-challenge:${id}:${data.challenge}`)
    .digest('hex');
  return JSON.stringify({ challenge_response: response });
}
