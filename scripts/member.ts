import { Command } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { isId } from '../gateway/src/lib/ids.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import { disableMember } from '../gateway/src/members/change.ts';
import { invitationPath } from '../gateway/src/members/invitation-path.ts';
import { inviteMember } from '../gateway/src/members/invitations.ts';
import { listMembers } from '../gateway/src/members/list-members.ts';
import { memberRoles } from '../gateway/src/members/rights.ts';
import {
  ensureLiveEnvironment,
  liveEnvironmentId,
  liveTimeZone,
} from '../gateway/src/merchants/environments.ts';
import { environmentOfMerchant } from '../gateway/src/merchants/merchants.ts';
import { staffOrigin } from '../gateway/src/passkeys/relying-party.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

/** The first member of a merchant is made where the database is: whoever may run this may do anything anyway. */
const program = new Command('member').description(
  "Invites, lists and disables the people of a merchant's dashboard.",
);

program
  .command('invite')
  .description('Invite somebody; prints a link by which they make a passkey, once, within 24 hours.')
  .requiredOption('--merchant <merchant>', 'for which merchant')
  .option('--name <name>', 'who it is')
  .option('--role <role>', `one of ${memberRoles.join(', ')}`, 'owner')
  .option('--mail <mail>', 'their address, shown by their passkey manager')
  .option('--again <member>', 'invite this member once more, as when their passkey is lost')
  .action((options: InviteOptions) => operate((context) => invite(context, options)));

program
  .command('list')
  .description('List everybody who uses the dashboard of a merchant or did.')
  .requiredOption('--merchant <merchant>', 'of which merchant')
  .action(({ merchant }: { merchant: string }) => operate((context) => list(context, merchant)));

program
  .command('disable')
  .description('End what a member may do, at once. The last owner stays.')
  .requiredOption('--merchant <merchant>', 'of which merchant')
  .argument('<member>', 'the id that `list` shows')
  .action((memberId: string, { merchant }: { merchant: string }) =>
    operate((context) => disable(context, merchant, memberId)),
  );

type InviteOptions = { merchant: string; name?: string; role: string; mail?: string; again?: string };

async function invite(context: Context, options: InviteOptions): Promise<void> {
  const { merchant, again, name, role, mail } = options;
  if ((again === undefined) === (name === undefined)) program.error('Give either --name or --again.');
  const whom = again === undefined ? { name: name ?? '', role, mail } : { memberId: again };
  const { member, token, expiresAt } = await ofMerchant(context, merchant, (tx) =>
    inviteMember(tx, { merchantId: merchant, whom }),
  );
  console.log(`${member.name} (${member.id}), ${member.role} of ${merchant}

  ${staffOrigin(context.config.origins.api)}${invitationPath(token)}

The link makes one passkey, until ${expiresAt.toISOString()}. Give it to nobody else.`);
}

async function list(context: Context, merchant: string): Promise<void> {
  const members = await ofMerchant(context, merchant, (tx) => listMembers(tx, merchant));
  if (members.length === 0) {
    console.log('Nobody uses the dashboard yet. `npm run member -- invite` makes the first owner.');
    return;
  }
  printTable(
    'members',
    ['id', 'name', 'role', 'passkeys', 'state'],
    members.map(({ id, name, role, passkeys, disabledAt }) => [
      id,
      name,
      role,
      String(passkeys),
      disabledAt
        ? `disabled ${disabledAt.toISOString().slice(0, 10)}`
        : passkeys === 0
          ? 'invited'
          : 'active',
    ]),
  );
}

async function disable(context: Context, merchant: string, memberId: string): Promise<void> {
  const outcome = await ofMerchant(context, merchant, (tx) =>
    disableMember(tx, { merchantId: merchant, memberId }),
  );
  if (outcome === 'last_owner') program.error(`${memberId} is the last owner. Invite another one first.`);
  console.log(`${memberId} is disabled and signed out everywhere.`);
}

/** A transaction in the environment that the merchant is in. */
async function ofMerchant<T>(context: Context, merchantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  await ensureLiveEnvironment(context, liveTimeZone);
  const actor = { kind: 'system', id: 'command-line' } as const;
  const found = isId('mer', merchantId)
    ? await transact(context, { environmentId: liveEnvironmentId, actor, access: 'read' }, (tx) =>
        environmentOfMerchant(tx, merchantId),
      )
    : undefined;
  if (found === undefined)
    throw new GatewayError('not_found', { detail: `There is no merchant ${merchantId}.` });
  return transact(context, { environmentId: found, actor, access: 'read' }, work);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  console.error(`member: ${[error.message, error.details.hint].filter(Boolean).join(' ')}`);
  process.exitCode = 1;
}
