import { dateIn } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { changeRole, disableMember } from '../../members/change.ts';
import { invitationPath } from '../../members/invitation-path.ts';
import { inviteMember } from '../../members/invitations.ts';
import { type ListedMember, listMembers } from '../../members/list-members.ts';
import { memberRoles } from '../../members/rights.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import { DataTable } from '../parts/data-table.tsx';
import { field } from '../forms.ts';
import { formatInstant, formatMediumDate } from '../format.ts';
import { PostForm, TextField } from '../parts/form.tsx';
import type { Page } from '../send-page.tsx';
import type { Answered, DashboardAction, Done } from './act.ts';
import { Choice } from './developers/field.tsx';
import { DashboardFrame, hasProblem } from './frame.tsx';
import { byOf, type DashboardInput, inputOf } from './input.ts';
import { dashboardPath } from './paths.ts';
import { inDashboard } from './visit.ts';

/** Everybody who works for the merchant or did, and a form by which an owner invites somebody. */
export async function showPeople(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, token } = input;
  const t = input.t.people;
  const members = await listMembers(tx, visit.merchant.id);
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="people" title={t.title} intro={t.intro}>
        <section class="card">
          <DataTable
            caption={t.title}
            columns={[
              { label: t.name },
              { label: t.role },
              { label: t.passkeys, number: true },
              { label: t.state },
            ]}
            rows={members.map((member) => [
              member.disabledAt ? (
                member.name
              ) : (
                <a href={dashboardPath('people', member.id)}>{member.name}</a>
              ),
              input.t.roles[member.role],
              String(member.passkeys),
              stateOf(input, member),
            ])}
          />
        </section>
        <section class="card" aria-labelledby="invite-heading">
          <h2 id="invite-heading">{t.invite}</h2>
          <PostForm action={dashboardPath('people', 'invite')} token={token} class="step">
            <TextField
              name="name"
              label={t.name}
              hint={t.nameHint}
              notice={undefined}
              autocomplete="off"
              maxlength={100}
            />
            <RoleChoice input={input} value="support" />
            <button class="button" type="submit">
              {t.inviteButton}
            </button>
          </PostForm>
        </section>
      </DashboardFrame>
    ),
  };
}

function RoleChoice({ input: { t }, value }: { input: DashboardInput; value: string }) {
  const roles = memberRoles.map((role) => [role, `${t.roles[role]}: ${t.people.mayDo[role]}`] as const);
  return <Choice id="role" label={t.people.role} options={roles} value={value} />;
}

function stateOf({ t, visit }: DashboardInput, { disabledAt, passkeys }: ListedMember): string {
  if (disabledAt) {
    return t.people.disabled(formatMediumDate(visit.locale, dateIn(visit.environment.timeZone, disabledAt)));
  }
  return passkeys === 0 ? t.people.invited : t.people.active;
}

/** One person, whose role an owner changes, whom they invite once more, or whose access they end. */
export async function showPerson(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, token, req } = input;
  const t = input.t.people;
  const id = String(req.params.memberId);
  const members = await listMembers(tx, visit.merchant.id);
  const member = members.find((one) => one.id === id && !one.disabledAt);
  if (!member) throw new GatewayError('not_found', { detail: 'There is no such member.' });
  const path = dashboardPath('people', member.id);
  return {
    title: member.name,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="people" title={member.name} intro={stateOf(input, member)}>
        <section class="card" aria-labelledby="role-heading">
          <h2 id="role-heading">{t.role}</h2>
          <PostForm action={`${path}/role`} token={token} class="step">
            <RoleChoice input={input} value={member.role} />
            <button class="button quiet" type="submit">
              {t.change}
            </button>
          </PostForm>
        </section>
        <section class="card" aria-labelledby="again-heading">
          <h2 id="again-heading">{t.again}</h2>
          <p class="hint">{t.againHint}</p>
          <PostForm action={`${path}/invite`} token={token}>
            <button class="button quiet" type="submit">
              {t.againButton}
            </button>
          </PostForm>
        </section>
        <section class="card" aria-labelledby="end-heading">
          <h2 id="end-heading">{t.end}</h2>
          <p class="hint">{t.endHint}</p>
          <PostForm action={`${path}/disable`} token={token}>
            <button class="button quiet" type="submit">
              {t.endButton}
            </button>
          </PostForm>
        </section>
        <p>
          <a href={dashboardPath('people')}>{t.back}</a>
        </p>
      </DashboardFrame>
    ),
  };
}

/** Invites somebody new, and shows the link this once. */
export function invite(action: DashboardAction): Promise<Done | Answered> {
  const { req } = action;
  return inviteWhom(action, { name: field(req, 'name'), role: field(req, 'role') });
}

/** Invites once more whoever lost their passkey. */
export function inviteAgain(action: DashboardAction): Promise<Done | Answered> {
  return inviteWhom(action, { memberId: String(action.req.params.memberId) });
}

async function inviteWhom(
  { context, visit, req }: DashboardAction,
  whom: Parameters<typeof inviteMember>[1]['whom'],
): Promise<Done | Answered> {
  const asked = { merchantId: visit.merchant.id, whom, by: byOf(visit) };
  const invited = await inDashboard(context, visit, (tx) => inviteMember(tx, asked), 'read').catch(malformed);
  if (!invited) return { to: dashboardPath('people'), said: 'name_malformed' };
  const link = staffOrigin(context.config.origins.api) + invitationPath(invited.token);
  const input = inputOf(context.vault, visit, req);
  const t = input.t.people;
  const until = formatInstant(visit.locale, invited.expiresAt, visit.environment.timeZone);
  return {
    at: dashboardPath('people'),
    page: {
      title: t.invitedTitle,
      body: (
        <DashboardFrame input={input} section="people" title={t.invitedTitle}>
          <section class="card">
            <p>{t.linkFor(invited.member.name, input.t.roles[invited.member.role], until)}</p>
            <p>
              <code>{link}</code>
            </p>
            <p class="hint">{t.linkOnce}</p>
          </section>
          <p>
            <a href={dashboardPath('people')}>{t.back}</a>
          </p>
        </DashboardFrame>
      ),
    },
  };
}

function malformed(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'validation_failed') return undefined;
  throw error;
}

export async function giveRole({ context, visit, req }: DashboardAction): Promise<Done> {
  const memberId = String(req.params.memberId);
  const asked = { merchantId: visit.merchant.id, memberId, role: field(req, 'role'), by: byOf(visit) };
  const outcome = await inDashboard(context, visit, (tx) => changeRole(tx, asked), 'read').catch(malformed);
  const to = dashboardPath('people');
  if (outcome === undefined) return { to, said: 'name_malformed' };
  return { to, said: outcome === 'changed' ? 'role_changed' : 'last_owner' };
}

export async function disable({ context, visit, req }: DashboardAction): Promise<Done> {
  const memberId = String(req.params.memberId);
  const asked = { merchantId: visit.merchant.id, memberId, by: byOf(visit) };
  const outcome = await inDashboard(context, visit, (tx) => disableMember(tx, asked), 'read');
  return { to: dashboardPath('people'), said: outcome === 'disabled' ? 'member_disabled' : 'last_owner' };
}
