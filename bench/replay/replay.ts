import { Client } from 'pg';
import type { Recorded } from './record.ts';

type Connection = Client & { connection: { stream: { cork(): void; uncork(): void } } };

export type Replayer = { replay: (recorded: Recorded) => Promise<void>; close: () => Promise<void> };

/**
 * Does recorded statements again: prepared, on one connection, those of a request in one packet. Nothing is read but what
 * the driver reads of every answer, so no program that does the same SQL can do less.
 */
export async function openReplayer(databaseUrl: string): Promise<Replayer> {
  const config = { connectionString: databaseUrl, pipeline: true };
  const client = new Client(config) as Connection;
  await client.connect();
  const { stream } = client.connection;
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `replayed_${names.size}`;
    names.set(text, name);
    return name;
  };
  return {
    async replay(recorded) {
      stream.cork();
      const sent = recorded.map(({ text, values }) =>
        client.query(values.length > 0 ? { name: nameOf(text), text, values: [...values] } : text),
      );
      stream.uncork();
      await Promise.all(sent);
    },
    close: () => client.end(),
  };
}
