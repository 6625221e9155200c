/** What one order costs, measured: authorized by agreement and captured as a whole, all of it over HTTP. */
export type Measured = {
  /** Orders that were counted over. */
  orders: number;
  machine: string;
  /** CPU in milliseconds, of both requests together. */
  nodeMs: number;
  postgresMs: number;
  /** Octets written to the log of PostgreSQL. */
  walOctets: number;
  /** Octets that stay, with indexes and what is out of line, by table. */
  storedOctets: Record<string, number>;
};

/** What is not measured but chosen. Money is in US dollars; a GB is 10^9 octets. */
export type Assumptions = {
  /** One core for an hour. */
  coreHour: number;
  /** One GB of fast disk for a month. */
  gbMonth: number;
  /** One GB of archive for a month, and for how many months the log is kept there. */
  archiveGbMonth: number;
  archiveMonths: number;
  /** So much of a core is used when all is well, so that peaks and a lost machine have room. */
  load: number;
  /** Machines with all the data: a leader and its standbys. */
  copies: number;
  /** Of the leader's CPU, what a standby needs to follow it. */
  standbyShare: number;
  /** For so many months an order is paid for: it stays longer, on slower disks. */
  months: number;
  /** Cores of one database machine. */
  databaseCores: number;
};

export const assumptions: Assumptions = {
  coreHour: 0.04,
  gbMonth: 0.1,
  archiveGbMonth: 0.02,
  archiveMonths: 1,
  load: 0.5,
  copies: 2,
  standbyShare: 0.3,
  months: 12,
  databaseCores: 64,
};

/** Tables whose rows go after days (docs/privacy.md), for how long; they fill up once and then stay as large as they are. */
export const daysKept: Record<string, number> = { idempotency_keys: 1, api_requests: 7, fraud_sightings: 90 };

export const rates = [1_000, 10_000, 100_000] as const;

const secondsAYear = 365.25 * 86_400;
const gb = 1e9;

export type Capacity = {
  rate: number;
  gatewayCores: number;
  /** Of the leaders alone. */
  databaseCores: number;
  /** Databases over which orders have to be spread, by the cores of one. */
  leaders: number;
  walMbASecond: number;
  /** Of one copy, in TB: what a year adds, and what is there at any time of what goes again. */
  tbAYear: number;
  tbPassing: number;
  dollarsAnOrder: number;
};

/** What it takes to carry so many orders a second, all year round. */
export function capacityAt(rate: number, measured: Measured, chosen: Assumptions): Capacity {
  const { nodeMs, postgresMs, walOctets } = measured;
  const cores = (ms: number): number => (rate * ms) / 1000 / chosen.load;
  const { staying, passing } = storageOf(measured);
  return {
    rate,
    gatewayCores: cores(nodeMs),
    databaseCores: cores(postgresMs),
    leaders: Math.ceil(cores(postgresMs) / chosen.databaseCores),
    walMbASecond: (rate * walOctets) / 1e6,
    tbAYear: (rate * secondsAYear * staying) / 1e12,
    tbPassing: (rate * 86_400 * passing) / 1e12,
    dollarsAnOrder: costOf(measured, chosen),
  };
}

/** Octets of an order that stay, and octets times days of what goes. */
function storageOf({ storedOctets }: Measured): { staying: number; passing: number } {
  let [staying, passing] = [0, 0];
  for (const [table, octets] of Object.entries(storedOctets)) {
    const days = daysKept[table];
    if (days === undefined) staying += octets;
    else passing += octets * days;
  }
  return { staying, passing };
}

/** Of one order, whatever the rate: machines are rented by the core here, not by the piece. */
export function costOf(measured: Measured, chosen: Assumptions): number {
  const { nodeMs, postgresMs, walOctets } = measured;
  const { staying, passing } = storageOf(measured);
  const followed = postgresMs * (1 + (chosen.copies - 1) * chosen.standbyShare);
  const computing = ((nodeMs + followed) / 3_600_000 / chosen.load) * chosen.coreHour;
  const monthsPassing = passing / (365.25 / 12);
  const kept = ((staying * chosen.months + monthsPassing) / gb) * chosen.gbMonth * chosen.copies;
  const archived = (walOctets / gb) * chosen.archiveGbMonth * chosen.archiveMonths;
  return computing + kept + archived;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const whole = (value: number): string => Math.ceil(value).toLocaleString('en');
const short = (value: number): string =>
  value < 10 ? value.toPrecision(2) : Math.round(value).toLocaleString('en');

/** The table of docs/capacity.md, as it stands there. */
export function capacityTable(measured: Measured, chosen: Assumptions): string {
  const all = rates.map((rate) => capacityAt(rate, measured, chosen));
  const lines: [string, (one: Capacity) => string][] = [
    ['orders a second', ({ rate }) => rate.toLocaleString('en')],
    ['cores of gateways', ({ gatewayCores }) => whole(gatewayCores)],
    ['cores of leading databases', ({ databaseCores }) => whole(databaseCores)],
    ['databases that lead', ({ leaders }) => whole(leaders)],
    ['log, MB a second', ({ walMbASecond }) => short(walMbASecond)],
    ['stored a year, TB a copy', ({ tbAYear }) => short(tbAYear)],
    ['stored for a while, TB a copy', ({ tbPassing }) => short(tbPassing)],
    ['cost an order, US cents', ({ dollarsAnOrder }) => (dollarsAnOrder * 100).toFixed(4)],
  ];
  const [head, ...rest] = lines.map(([name, text]) => row([name, ...all.map(text)]));
  return [head, row(['---', ...all.map(() => '---')]), ...rest].join('\n');
}

/** What an order leaves in each table, the largest first. */
export function storedTable({ storedOctets }: Measured): string {
  const entries = Object.entries(storedOctets).toSorted(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, octets]) => sum + octets, 0);
  return [
    row(['table', 'octets an order']),
    row(['---', '---']),
    ...entries.map(([table, octets]) => row([`\`${table}\``, Math.round(octets).toLocaleString('en')])),
    row(['all', Math.round(total).toLocaleString('en')]),
  ].join('\n');
}
