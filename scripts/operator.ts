import { Command } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import {
  ensureLiveEnvironment,
  liveEnvironmentId,
  liveTimeZone,
} from '../gateway/src/merchants/environments.ts';
import { disableOperator } from '../gateway/src/operators/disable.ts';
import { inviteOperator } from '../gateway/src/operators/invitations.ts';
import { invitationPath } from '../gateway/src/operators/invitation-path.ts';
import { listOperators } from '../gateway/src/operators/list-operators.ts';
import { operatorRoles } from '../gateway/src/operators/operators.ts';
import { staffOrigin } from '../gateway/src/passkeys/relying-party.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

/** Operators are made where the database is: whoever may run this may do anything anyway. */
const program = new Command('operator').description('Invites, lists and disables operators of the console.');

program
  .command('invite')
  .description('Invite somebody; prints a link by which they make a passkey, once, within 24 hours.')
  .option('--name <name>', 'who it is')
  .option('--roles <roles>', `some of ${operatorRoles.join(', ')}, with commas between them`)
  .option('--mail <mail>', 'their address, shown by their passkey manager')
  .option('--again <operator>', 'invite this operator once more, as when their passkey is lost')
  .action((options: { name?: string; roles?: string; mail?: string; again?: string }) =>
    operate((context) => invite(context, options)),
  );

program
  .command('list')
  .description('List everybody who works in the console or did.')
  .action(() => operate(list));

program
  .command('disable')
  .description('End what an operator may do, at once.')
  .argument('<operator>', 'the id that `list` shows')
  .action((operatorId: string) => operate((context) => disable(context, operatorId)));

async function invite(
  context: Context,
  options: { name?: string; roles?: string; mail?: string; again?: string },
): Promise<void> {
  const { again, name, roles = '', mail } = options;
  if ((again === undefined) === (name === undefined))
    program.error('Give either --name and --roles, or --again.');
  const invited = await inInstallation(context, (tx) =>
    inviteOperator(
      tx,
      again === undefined
        ? {
            name: name ?? '',
            roles: roles
              .split(',')
              .map((role) => role.trim())
              .filter(Boolean),
            mail,
          }
        : { operatorId: again },
    ),
  );
  const { operator, token, expiresAt } = invited;
  console.log(`${operator.name} (${operator.id}), ${operator.roles.join(' and ')}

  ${staffOrigin(context.config.origins.api)}${invitationPath(token)}

The link makes one passkey, until ${expiresAt.toISOString()}. Give it to nobody else.`);
}

async function list(context: Context): Promise<void> {
  const operators = await inInstallation(context, listOperators);
  if (operators.length === 0)
    console.log('There are no operators. `npm run operator -- invite` makes the first.');
  else
    printTable(
      'operators',
      ['id', 'name', 'roles', 'passkeys', 'state'],
      operators.map(({ id, name, roles, passkeys, disabledAt }) => [
        id,
        name,
        roles.join(','),
        String(passkeys),
        disabledAt
          ? `disabled ${disabledAt.toISOString().slice(0, 10)}`
          : passkeys === 0
            ? 'invited'
            : 'active',
      ]),
    );
}

async function disable(context: Context, operatorId: string): Promise<void> {
  await inInstallation(context, (tx) => disableOperator(tx, { operatorId }));
  console.log(`${operatorId} is disabled and signed out everywhere.`);
}

async function inInstallation<T>(context: Context, work: (tx: Tx) => Promise<T>): Promise<T> {
  await ensureLiveEnvironment(context, liveTimeZone);
  const actor = { kind: 'system', id: 'command-line' } as const;
  return transact(context, { environmentId: liveEnvironmentId, actor }, work);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  console.error(`operator: ${[error.message, error.details.hint].filter(Boolean).join(' ')}`);
  process.exitCode = 1;
}
