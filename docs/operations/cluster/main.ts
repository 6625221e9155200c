import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { down, handOver, isRunning, killNode, leaderOf, membersOf, partNames, up } from './cluster.ts';
import { type Cluster, openCluster } from './layout.ts';

function portOf(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000)
    throw new InvalidArgumentError('not a port from 1024 to 65000');
  return port;
}

const program = new Command('cluster')
  .description(
    'Two gateways and two workers behind haproxy, on a PostgreSQL with a hot standby, all on loopback ports of this machine.',
  )
  .option('--folder <path>', 'where everything lies', join(tmpdir(), 'morrow-cluster'))
  .option('--port <number>', 'the first of its ports, where the gateways answer', portOf, 7400);

function command(name: string, description: string, work: (cluster: Cluster) => Promise<void>): void {
  program
    .command(name)
    .description(description)
    .action(async () => {
      const { folder, port } = program.opts<{ folder: string; port: number }>();
      try {
        await work(openCluster(resolve(folder), port));
      } catch (error) {
        console.error((error as Error).message);
        process.exitCode = 1;
      }
    });
}

command('up', 'starts what does not run, and waits until all of it serves', async (cluster) => {
  const start = performance.now();
  await up(cluster, (step) => console.log(`… ${step}`));
  console.log(`up after ${Math.round((performance.now() - start) / 1000)} s: ${cluster.origin}`);
  await show(cluster);
});

command('status', 'says what runs, and who leads', show);

command(
  'fail',
  'kills the leading PostgreSQL with its Patroni; `up` brings it back as the standby',
  async (cluster) => {
    const leader = await leaderOf(cluster);
    if (leader === undefined) throw new Error('Nobody leads.');
    await killNode(cluster, leader);
    console.log(`${leader} is dead`);
  },
);

command('hand-over', 'lets the standby lead, as before work on a machine', async (cluster) => {
  await handOver(cluster);
  await show(cluster);
});

command('down', 'ends everything; the data stay', down);

await program.parseAsync();

async function show(cluster: Cluster): Promise<void> {
  const members = new Map((await membersOf(cluster)).map((member) => [member.name, member]));
  for (const name of partNames) {
    const member = members.get(name);
    const role =
      member && isRunning(cluster, name) ? `${member.role.replace('_', ' ')}, ${member.state}` : '';
    console.log(
      `${name.padEnd(10)} ${(isRunning(cluster, name) ? 'runs' : 'down').padEnd(5)} ${role}`.trimEnd(),
    );
  }
}
