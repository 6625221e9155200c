import { Agent, request } from 'undici';
import { openScriptDatabase } from '../gateway/test/support/gallery/database.ts';
import { addressOf, type Gallery, openGallery } from '../gateway/test/support/gallery/open.ts';
import type { GalleryPage } from '../gateway/test/support/gallery/pages.ts';
import { iconPath } from '../gateway/src/pages/assets.ts';
import type { Benchmark, Measured, Ratio } from './report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from './rounds.ts';
import { percentile } from './statistics.ts';

/** So long may the first byte of any page take, 95 times of 100, where nobody else asks. */
const goalMs = 50;
/** Fewer do not tell the slowest twentieth. */
const fewest = 20;
const toWarmUp = 3;

const floorName = 'floor: the icon';

/** For so long, and at least so often. */
type Span = { seconds: number; least: number };

/** Milliseconds until the first byte, and until the last, of one request after the other. */
async function measure(
  agent: Agent,
  address: string,
  cookie: string,
  { seconds, least }: Span,
): Promise<Sample> {
  const firsts: number[] = [];
  const wholes: number[] = [];
  let bytes = 0;
  const before = process.cpuUsage();
  const end = performance.now() + seconds * 1000;
  while (firsts.length < least || performance.now() < end) {
    const asked = performance.now();
    const { statusCode, body } = await request(address, { dispatcher: agent, headers: { cookie } });
    firsts.push(performance.now() - asked);
    bytes = (await body.arrayBuffer()).byteLength;
    wholes.push(performance.now() - asked);
    if (statusCode >= 500) throw new Error(`${address} answered ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    p50: percentile(firsts, 50),
    p95: percentile(firsts, 95),
    whole: percentile(wholes, 95),
    cpu: (user + system) / 1000 / firsts.length,
    kilobytes: bytes / 1000,
  };
}

function variantsOf(gallery: Gallery, agent: Agent, span: Span): Variant[] {
  const cookieOf = ({ reader }: GalleryPage) =>
    (reader?.cookies ?? []).map(({ name, value }) => `${name}=${value}`).join('; ');
  return [
    { name: floorName, run: () => measure(agent, gallery.origin + iconPath, '', span) },
    ...gallery.pages.map((page) => ({
      name: page.name,
      run: () => measure(agent, addressOf(gallery, page), cookieOf(page), span),
    })),
  ];
}

/** The slowest page of a round, by its 95th percentile. */
function slowest(round: Round): number | undefined {
  const pages = Object.entries(round).filter(([name]) => name !== floorName);
  return Math.max(...pages.map(([, { p95 = 0 }]) => p95));
}

const ratios: readonly Ratio[] = [
  {
    name: `the slowest page’s first byte / ${goalMs} ms, p95`,
    of: (round) => (slowest(round) ?? 0) / goalMs,
    goalAtMost: 1,
  },
  {
    name: 'the slowest page / the floor, p95',
    of: (round) => {
      const floor = round[floorName]?.p95;
      return floor ? (slowest(round) ?? 0) / floor : undefined;
    },
  },
];

async function run(settings: Settings): Promise<Measured> {
  settings.progress('filling a gallery of every page');
  const gallery = await openGallery(await openScriptDatabase('bench-pages'));
  const agent = new Agent({ connections: 1 });
  try {
    settings.progress('warming up');
    for (const { run: once } of variantsOf(gallery, agent, { seconds: 0, least: toWarmUp })) await once();
    return {
      columns: [
        { key: 'p50', head: 'p50 ms', digits: 1 },
        { key: 'p95', head: 'p95 ms', digits: 1 },
        { key: 'whole', head: 'whole p95 ms', digits: 1 },
        { key: 'cpu', head: 'CPU ms', digits: 1 },
        { key: 'kilobytes', head: 'kB', digits: 1 },
      ],
      ratios,
      rounds: await runRounds(
        variantsOf(gallery, agent, { seconds: settings.seconds, least: fewest }),
        settings,
      ),
      notes: [
        'The time to the first byte of each kind of page, one request after the other over one connection.',
        'Server and client are one process, so the times and its CPU contain the client’s own work, but not PostgreSQL’s.',
        'The floor is the icon of the same server: a bare 200 without a database.',
      ],
    };
  } finally {
    await agent.close();
    await gallery.close();
  }
}

/** How soon each page begins to arrive when nobody else asks. */
export const pages: Benchmark = { defaults: { rounds: 3, seconds: 0.2 }, run };
