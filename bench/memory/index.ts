import { serveVariables } from '../replay/copies.ts';
import { concurrency, openWorld, type World } from '../authorize/world.ts';
import { openSender } from '../replay/send.ts';
import type { Benchmark, Measured } from '../report.ts';
import type { Round, Settings } from '../rounds.ts';
import { startHeldGateway } from './gateway.ts';
import { requestAt } from './requests.ts';

const everyRequests = 10_000;
/** What a process learns at its beginning, and what it compiles, is not what grows. */
const warmUpShare = 0.2;
const warmUpsMost = 20_000;
/** So much held more for each request is less than any object that is forgotten; a million requests make 50 MB of it. */
const goalOctets = 50;
const gatewayName = 'gateway process';

/** Sends so many requests, some at once; the first that is not answered as expected ends it. */
async function sendSome(
  world: World,
  senders: readonly ReturnType<typeof openSender>[],
  { from, count, signal }: { from: number; count: number; signal: AbortSignal },
): Promise<void> {
  let next = from;
  await Promise.all(
    senders.map(async ({ send }) => {
      while (next < from + count) {
        signal.throwIfAborted();
        const turn = next;
        next += 1;
        await send(requestAt(world, turn));
      }
    }),
  );
}

async function run(settings: Settings): Promise<Measured> {
  const { signal, progress } = settings;
  const total = settings.sizes?.requests ?? everyRequests;
  const step = Math.min(everyRequests, Math.ceil(total / 10));
  progress('starting PostgreSQL and a gateway');
  const world = await openWorld();
  const closers = [world.close];
  try {
    const variables = await serveVariables(world, world.databaseUrl);
    closers.push(variables.forget);
    const gateway = await startHeldGateway({ ...variables.variables, RATE_LIMIT_PER_MINUTE: '1000000000' });
    closers.push(gateway.stop);
    const senders = Array.from({ length: concurrency }, () => openSender(gateway.address));
    closers.push(async () => void (await Promise.all(senders.map(({ close }) => close()))));
    const warmUps = Math.min(warmUpsMost, Math.ceil(total * warmUpShare));
    progress(`warming up by ${warmUps.toLocaleString('en')} requests`);
    await sendSome(world, senders, { from: 0, count: warmUps, signal });
    // Nobody else tells PostgreSQL what lies in its tables; without that it reads a merchant's every checkout for each new one.
    await world.context.db.raw('vacuum analyze');
    const rounds: Round[] = [];
    for (let sent = 0; sent < total; sent += step) {
      const count = Math.min(step, total - sent);
      const start = performance.now();
      await sendSome(world, senders, { from: warmUps + sent, count, signal });
      const seconds = (performance.now() - start) / 1000;
      const { rss, heapUsed, external } = await gateway.held();
      const megabytes = { rss: rss / 1e6, heap: heapUsed / 1e6, external: external / 1e6 };
      rounds.push({ [gatewayName]: { requests: sent + count, rate: count / seconds, ...megabytes } });
      progress(`  ${(sent + count).toLocaleString('en')} requests: heap ${megabytes.heap.toFixed(1)} MB`);
    }
    return measured(rounds, warmUps);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** Octets held more for each request: the slope of the line that lies nearest to all readings. */
function slopeOf(rounds: readonly Round[], figure: 'heap' | 'external' | 'rss'): number | undefined {
  const points = rounds.map((round) => ({
    x: round[gatewayName]?.requests ?? 0,
    y: (round[gatewayName]?.[figure] ?? 0) * 1e6,
  }));
  const meanOf = (key: 'x' | 'y'): number =>
    points.reduce((sum, point) => sum + point[key], 0) / points.length;
  const [x, y] = [meanOf('x'), meanOf('y')];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (spread === 0) return undefined;
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}

function measured(rounds: Round[], warmUps: number): Measured {
  return {
    rounds,
    columns: [
      { key: 'rate', head: 'requests/s', digits: 0 },
      { key: 'heap', head: 'heap MB', digits: 1 },
      { key: 'external', head: 'outside of it MB', digits: 1 },
      { key: 'rss', head: 'RSS MB', digits: 1 },
    ],
    ratios: (['heap', 'external', 'rss'] as const).map((figure) => ({
      name: `${figure}: octets more for each request`,
      of: () => slopeOf(rounds, figure),
      // The allocator keeps what it was once given, so what it gave back says little.
      ...(figure !== 'rss' && { goalAtMost: goalOctets }),
    })),
    notes: [
      `A round is ${(rounds[0]?.[gatewayName]?.requests ?? 0).toLocaleString('en')} requests, after ${warmUps.toLocaleString('en')} that are not counted. Garbage is collected before each reading.`,
      'Requests in turn: a checkout is opened, orders are listed, somebody unknown asks, and a page that is not there; each',
      'from another address. The rows that they write lie in the database; what grows is what the process remembers.',
    ],
  };
}

/** Whether a process holds more the longer it serves: `--requests 1000000` for a million. */
export const memory: Benchmark = {
  defaults: { rounds: 1, seconds: 1, sizes: { requests: 10 * everyRequests } },
  run,
};
