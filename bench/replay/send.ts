import { Pool } from 'undici';

/** One request, and what has to be in its answer. */
export type Sent = {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
  status: number;
  holds?: string;
};

export type Sender = { send: (request: Sent) => Promise<void>; close: () => Promise<void> };

/** Sends one request after the other over one connection; an answer that is not the expected one is an error. */
export function openSender(address: string): Sender {
  const pool = new Pool(address, { connections: 1, pipelining: 1 });
  return {
    async send({ method, path, headers, body, status, holds = '' }) {
      const response = await pool.request({ method, path, headers, body: body ?? null });
      const text = await response.body.text();
      if (response.statusCode !== status || !text.includes(holds))
        throw new Error(`${method} ${path} was answered with ${response.statusCode}: ${text.slice(0, 2000)}`);
    },
    close: () => pool.close(),
  };
}
