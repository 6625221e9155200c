import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import { createMerchant } from '../gateway/src/merchants/merchants.ts';
import { closeSettlement, findUnsettled } from '../gateway/src/settlement/close.ts';
import { type Ledger, openLedgers } from './ledger/world.ts';
import type { Benchmark, Measured } from './report.ts';
import { runRounds, type Sample, type Settings, type Variant } from './rounds.ts';

const fewName = '1,000 captures';
const manyName = '100,000 captures';
const mostSeconds = 10;
/** What one closing may hold in this process: far less than so many lines would take. */
const mostMegabytes = 10;

/** A merchant with so many captures of yesterday, each with its fee, that wait for their settlement. */
async function openMerchant({ inTx, host }: Ledger, captures: number): Promise<string> {
  const { id } = await inTx((tx) =>
    createMerchant(tx, {
      name: 'Tea House',
      category: 'retail',
      country: 'CN',
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      allowedOrigins: [],
      feeBasisPoints: 300,
      feeFixed: 0n,
      firstPart: 'capture',
      payoutAccount: 'acct_bench',
    }),
  );
  await host.db.raw(
    `insert into settlement_lines
       (environment_id, id, merchant_id, currency, business_date, kind, amount, order_id, source_id, created_at)
     select :environment, 'stn_' || lpad(to_hex(:first::bigint + 2 * c.number + line.place), 32, '0'), :merchant, 'CNY',
       (now() at time zone 'Asia/Shanghai')::date - 1, line.kind, line.amount,
       'ord_' || lpad(to_hex(:first::bigint + c.number), 32, '0'),
       'cap_' || lpad(to_hex(:first::bigint + c.number), 32, '0'), now() - interval '1 day'
     from generate_series(1, :captures::int) as c (number)
       cross join lateral (values (0, 'capture', 10000), (1, 'capture_fee', -300)) as line (place, kind, amount)`,
    // Ids rise, as the gateway's do.
    { environment: liveEnvironmentId, merchant: id, captures, first: Date.now() * 1_000_000 },
  );
  await host.db.raw('vacuum (analyze) settlement_lines');
  await host.db.raw('checkpoint');
  return id;
}

/** What the process holds at most while `work` is done, above what it held before, in megabytes. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  const held = (): number => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const before = held();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, held())), 2);
  try {
    await work();
    return Math.max(most, held()) - before;
  } finally {
    clearInterval(timer);
  }
}

function variant(
  name: string,
  captures: number,
  { ledger, progress }: { ledger: Ledger } & Pick<Settings, 'progress'>,
): Variant {
  return {
    name,
    async run(): Promise<Sample> {
      progress(`  ${name}: making them`);
      const merchantId = await openMerchant(ledger, captures);
      progress(`  ${name}: closing`);
      const start = performance.now();
      const megabytes = await peakOf(() =>
        ledger.inTx(async (tx) => {
          const waiting = (await findUnsettled(tx)).filter(({ merchant_id: id }) => id === merchantId);
          for (const one of waiting) await closeSettlement(tx, one);
        }),
      );
      const seconds = (performance.now() - start) / 1000;
      await expectClosed(ledger, merchantId, captures);
      return { seconds, each: (seconds * 1e6) / captures, megabytes };
    },
  };
}

/** That it was closed over every line, to the cent. */
async function expectClosed({ host }: Ledger, merchantId: string, captures: number): Promise<void> {
  const closed = await host
    .db('settlements')
    .where({ merchant_id: merchantId, status: 'closed' })
    .select<{ net: bigint; lines_count: number }[]>('net', 'lines_count');
  const [{ net, lines_count: lines } = { net: 0n, lines_count: 0 }] = closed;
  if (closed.length !== 1 || lines < 2 * captures || net !== 9700n * BigInt(captures))
    throw new Error(`the settlement of ${captures} captures came to ${net} in ${lines} lines`);
}

async function run(settings: Settings): Promise<Measured> {
  const ledgers = await openLedgers();
  try {
    const ledger = await ledgers.open('settlement');
    const given = { ledger, progress: settings.progress };
    const few = variant(fewName, 1000, given);
    const many = variant(manyName, 100_000, given);
    await few.run();
    const rounds = await runRounds([few, many], settings);
    return {
      rounds,
      columns: [
        { key: 'seconds', head: 'seconds', digits: 2 },
        { key: 'each', head: 'µs a capture', digits: 1 },
        { key: 'megabytes', head: 'MB held', digits: 1 },
      ],
      ratios: [
        {
          name: '100,000 captures, seconds',
          of: (round) => round[manyName]?.seconds,
          goalAtMost: mostSeconds,
        },
        {
          name: '100,000 captures, MB held',
          of: (round) => round[manyName]?.megabytes,
          goalAtMost: mostMegabytes,
        },
        {
          name: 'µs a capture: 100,000 / 1,000',
          of: (round) => {
            const [many100, few1] = [round[manyName]?.each, round[fewName]?.each];
            return many100 === undefined || !few1 ? undefined : many100 / few1;
          },
        },
      ],
      notes: [
        'Each capture has a line and one of its fee. MB held is what this process holds at most above what it held before.',
        ...(ledgers.durable ? [] : ['The data lie in memory, so no commit waited for a disk.']),
      ],
    };
  } finally {
    await ledgers.close();
  }
}

/** Closing one merchant's business date over all that was captured on it. */
export const settlementClose: Benchmark = { defaults: { rounds: 3, seconds: 1 }, run };
