import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Cluster, databaseName, type Node, nodes } from './layout.ts';

/**
 * How long a leader may be silent before the standby takes over, in seconds: etcd drops its key then. 20 is the least
 * that Patroni takes.
 */
const leaderSeconds = 20;

/** Writes what every part reads into the cluster's folder. What was there is written again; keys stay as they are. */
export function writeConfiguration(cluster: Cluster): void {
  for (const name of ['etcd', ...nodes, 'run']) own(cluster, join(cluster.folder, name));
  for (const name of ['configuration', 'logs', 'evidence'])
    mkdirSync(join(cluster.folder, name), { recursive: true });
  for (const node of nodes) write(cluster, `${node}.yml`, stringify(patroniOf(cluster, node)));
  write(cluster, 'haproxy.cfg', haproxyOf(cluster));
  write(cluster, 'pgbouncer.ini', pgbouncerOf(cluster));
  write(cluster, 'users.txt', `"morrow" "${cluster.passwords.gateway}"\n`);
  const masterKey = masterKeyFile(cluster);
  if (!existsSync(masterKey))
    writeFileSync(masterKey, `k1:${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
}

/** Where a configuration lies. */
export function configurationFile({ folder }: Cluster, name: string): string {
  return join(folder, 'configuration', name);
}

/** Where a server of PostgreSQL keeps its data. */
export function dataFolder({ folder }: Cluster, node: Node): string {
  return join(folder, node, 'data');
}

/** Where the gateway's master keys lie. */
export function masterKeyFile({ folder }: Cluster): string {
  return join(folder, 'master.key');
}

/** Sockets and locks of what runs. */
export function runFolder({ folder }: Cluster): string {
  return join(folder, 'run');
}

function own({ account }: Cluster, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}

/** Some of them hold passwords. */
function write(cluster: Cluster, name: string, text: string): void {
  const file = configurationFile(cluster, name);
  writeFileSync(file, text, { mode: 0o600 });
  if (cluster.account) chownSync(file, cluster.account.uid, cluster.account.gid);
}

function patroniOf(cluster: Cluster, node: Node): object {
  const { ports, passwords, programs, folder } = cluster;
  const own = ports[node];
  return {
    scope: databaseName,
    name: node,
    restapi: { listen: `127.0.0.1:${own.patroni}`, connect_address: `127.0.0.1:${own.patroni}` },
    etcd3: { hosts: [`127.0.0.1:${ports.etcd}`] },
    bootstrap: {
      dcs: {
        ttl: leaderSeconds,
        loop_wait: 2,
        retry_timeout: 5,
        // A commit is answered when the standby has written it, too. So whoever takes over has it.
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: { max_connections: 100, wal_log_hints: 'on', hot_standby: 'on' },
        },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `127.0.0.1:${own.postgres}`,
      connect_address: `127.0.0.1:${own.postgres}`,
      bin_dir: programs.postgresFolder,
      data_dir: dataFolder(cluster, node),
      pgpass: join(folder, node, 'pgpass'),
      authentication: {
        superuser: { username: 'postgres', password: passwords.superuser },
        replication: { username: 'replicator', password: passwords.replication },
        rewind: { username: 'rewinder', password: passwords.rewind },
      },
      pg_hba: [
        'host replication replicator 127.0.0.1/32 scram-sha-256',
        'host all all 127.0.0.1/32 scram-sha-256',
      ],
      // No socket, so that nothing here is reached without a password.
      parameters: { unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC' },
    },
  };
}

function haproxyOf(cluster: Cluster): string {
  const { ports } = cluster;
  const servers = nodes
    .map((node) => `  server ${node} 127.0.0.1:${ports[node].postgres} check port ${ports[node].patroni}`)
    .join('\n');
  return `global
  maxconn 2000
  log stdout format raw local0 notice
  stats socket ${join(runFolder(cluster), 'haproxy.sock')} mode 600 level admin

defaults
  log global
  timeout connect 2s
  timeout check 2s

# What the outside asks. A gateway that is not ready gets no requests: its database is away, or it was told to end.
listen gateways
  mode http
  bind 127.0.0.1:${ports.gateways}
  timeout client 75s
  timeout server 75s
  option forwardfor
  # Only what was never sent is sent again: a request that broke off is the client's to repeat, under its key.
  retries 3
  retry-on conn-failure
  option redispatch 1
  option httpchk
  http-check send meth GET uri /ready ver HTTP/1.1 hdr Host morrow
  http-check expect status 200
  default-server check inter 1s fall 2 rise 1
  server gateway1 127.0.0.1:${ports.gateway1}
  server gateway2 127.0.0.1:${ports.gateway2}

# The way to whichever PostgreSQL leads. Patroni answers /primary with 200 only while it holds the key in etcd.
listen leader
  mode tcp
  bind 127.0.0.1:${ports.leader}
  timeout client 24h
  timeout server 24h
  option clitcpka
  option srvtcpka
  option httpchk
  http-check send meth OPTIONS uri /primary
  http-check expect status 200
  # Whoever is still connected to one that no longer leads would wait for it, or be told that it is read-only.
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers}
`;
}

function pgbouncerOf(cluster: Cluster): string {
  const { ports } = cluster;
  return `[databases]
${databaseName} = host=127.0.0.1 port=${ports.leader} dbname=${databaseName}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ports.pooler}
unix_socket_dir =
pidfile = ${join(runFolder(cluster), 'pgbouncer.pid')}
auth_type = scram-sha-256
auth_file = ${configurationFile(cluster, 'users.txt')}
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
; While nobody leads, a request is told so and comes again, instead of waiting for two minutes,
query_wait_timeout = 3
; and a connection is tried each second, instead of every fifteen.
server_login_retry = 1
server_connect_timeout = 2
log_connections = 0
log_disconnections = 0
`;
}
