import { Client } from 'pg';
import { Pool } from 'undici';
import { connectionOf } from '../db/src/connect.ts';
import { sequenceEvents } from '../gateway/src/events/sequence.ts';
import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import { signedHeaders } from '../gateway/test/support/sign.ts';
import { cpuOf } from './authorize/cpu.ts';
import { openWorld, origin, type World } from './authorize/world.ts';
import type { Benchmark, Measured } from './report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from './rounds.ts';

const gatewayName = 'gateway over HTTP';
const floorName = 'floor: its SQL alone';
const eventsCount = 10_000;
const pageSize = 1000;
const goal = 2;
/** Before the first round: whatever a process or a connection learns by doing is learnt. */
const warmUps = 5;

type Reader = { readPage: (after: number) => Promise<number>; close: () => Promise<void> };

/** Fills the merchant's feed with events like those of an order. */
async function fillFeed({ context, merchantId }: World): Promise<void> {
  await context.db.raw(
    `insert into events (environment_id, id, stream, type, object_id, object_version, data, occurred_at, recorded_at)
     select :environment, 'evt_' || lpad(to_hex(n), 32, '0'), :merchant, 'order.captured',
       'ord_' || lpad(to_hex(n), 32, '0'), 2,
       jsonb_build_object('status', 'captured', 'merchant_reference', 'order-' || n, 'currency', 'CNY',
         'authorized_amount', 12000, 'captured_amount', 12000, 'refunded_amount', 0),
       now(), now()
     from generate_series(1, :count::int) as n`,
    { environment: liveEnvironmentId, merchant: merchantId, count: eventsCount },
  );
  await sequenceEvents(context);
  await context.db.raw('vacuum (analyze) events');
}

/** What a merchant does: signed requests over one connection, each with the number that the one before ended with. */
function openGateway({ gateway, key }: World): Reader {
  const pool = new Pool(gateway.address, { connections: 1, pipelining: 1 });
  return {
    async readPage(after) {
      const path = `/v1/events?after=${after}&limit=${pageSize}`;
      const created = Math.floor(Date.now() / 1000);
      const headers = signedHeaders({ method: 'GET', url: origin + path, key, created });
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      const chunks: Buffer[] = [];
      for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
      if (statusCode !== 200) throw new Error(`the gateway answered ${statusCode}`);
      // Where to go on stands behind the events, so that the reader's own parsing is not in the figure.
      return Number(
        /"next_after":(\d+),"has_more":\w+\}$/.exec(Buffer.concat(chunks.slice(-2)).toString())?.[1],
      );
    },
    close: () => pool.close(),
  };
}

/** The page's columns, prepared, and nothing else: what any program does that reads the table itself. */
async function openFloor({ context, merchantId }: World): Promise<Reader> {
  const client = new Client(connectionOf(context.db));
  await client.connect();
  return {
    async readPage(after) {
      const { rows } = await client.query<{ sequence: bigint }>({
        name: 'page',
        text: `select id, stream, sequence, type, object_id, object_version, data, occurred_at from events
               where environment_id = $1 and stream = $2 and sequence > $3 order by sequence limit $4`,
        values: [liveEnvironmentId, merchantId, after, pageSize],
      });
      return Number(rows.at(-1)?.sequence);
    },
    close: () => client.end(),
  };
}

async function readThrough({ readPage }: Reader): Promise<void> {
  for (let after = 0; after < eventsCount;) {
    const next = await readPage(after);
    if (next !== after + pageSize) throw new Error(`the page after ${after} ended with ${next}`);
    after = next;
  }
}

type Meter = () => number | undefined;

function variant(name: string, reader: Reader, cpu: Meter, { seconds, signal }: Settings): Variant {
  return {
    name,
    async run(): Promise<Sample> {
      const [start, before] = [performance.now(), cpu()];
      let times = 0;
      while (performance.now() - start < seconds * 1000) {
        signal.throwIfAborted();
        await readThrough(reader);
        times += 1;
      }
      const [each, after] = [(performance.now() - start) / times, cpu()];
      const used = before === undefined || after === undefined ? undefined : (after - before) / times;
      return { each, used };
    },
  };
}

async function run(settings: Settings): Promise<Measured> {
  settings.progress('starting PostgreSQL and a gateway');
  const world = await openWorld();
  const closers: (() => Promise<void>)[] = [world.close];
  try {
    await fillFeed(world);
    const gateway = openGateway(world);
    closers.push(gateway.close);
    const floor = await openFloor(world);
    closers.push(floor.close);
    for (let time = 0; time < warmUps; time += 1) {
      await readThrough(gateway);
      await readThrough(floor);
    }
    const withPostgres =
      (node: Meter): Meter =>
      () => {
        const [ofNode, ofPostgres] = [node(), world.postgresCpu()];
        return ofNode === undefined || ofPostgres === undefined ? undefined : ofNode + ofPostgres;
      };
    const gatewayCpu = withPostgres(() => cpuOf(world.gateway.pid));
    const floorCpu = withPostgres(() => cpuOf(process.pid));
    const rounds = await runRounds(
      [variant(gatewayName, gateway, gatewayCpu, settings), variant(floorName, floor, floorCpu, settings)],
      settings,
    );
    return {
      rounds,
      columns: [
        { key: 'each', head: `ms for ${eventsCount.toLocaleString('en')} events`, digits: 1 },
        { key: 'used', head: 'ms of CPU', digits: 1 },
      ],
      ratios: [
        { name: 'elapsed: gateway / floor', of: ratioOf('each'), goalAtMost: goal },
        { name: 'CPU: gateway / floor', of: ratioOf('used'), goalAtMost: goal },
      ],
      notes: [
        `Pages of ${pageSize.toLocaleString('en')} events, one after the other over one connection. The floor reads`,
        'columns and makes objects of its rows, as pg does. The gateway has PostgreSQL write the page’s JSON; its answers',
        'are taken as octets and not parsed. CPU is of PostgreSQL and of the one that asks it.',
      ],
    };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

function ratioOf(figure: string): (round: Round) => number | undefined {
  return (round) => {
    const [above, below] = [round[gatewayName]?.[figure], round[floorName]?.[figure]];
    return above === undefined || !below ? undefined : above / below;
  };
}

/** Reading a feed from its beginning to its end. */
export const eventFeed: Benchmark = { defaults: { rounds: 5, seconds: 2 }, run };
