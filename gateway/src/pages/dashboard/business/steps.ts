import type { Request } from 'express';
import { GatewayError } from '../../../lib/errors.ts';
import { invitationPath } from '../../../members/invitation-path.ts';
import { asLive } from '../../../onboarding/as-live.ts';
import { type BusinessDetails, tidyDetails } from '../../../onboarding/details.ts';
import { submitChange } from '../../../onboarding/change.ts';
import { inviteFirstOwner } from '../../../onboarding/open-live.ts';
import { saveDraft, submitBusiness } from '../../../onboarding/write.ts';
import { field } from '../../forms.ts';
import type { DashboardAction, Done } from '../act.ts';
import { wholeNumberIn } from '../developers/steps.ts';
import { audit } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { type DashboardVisit, inDashboard } from '../visit.ts';

const to = dashboardPath('business');

/** Keeps what is written so far. A sandbox's clock has nothing to do with it. */
export async function saveFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  requireSandbox(visit);
  await inDashboard(context, visit, (tx) => saveDraft(asLive(tx), writingOf(visit, req)), 'read');
  return { to, said: 'business_saved' };
}

export async function submitFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  requireSandbox(visit);
  await inDashboard(
    context,
    visit,
    async (tx) => {
      const business = await submitBusiness(asLive(tx), writingOf(visit, req));
      await audit(tx, visit, 'business_submitted', { objectId: business.id });
    },
    'read',
  );
  return { to, said: 'business_submitted' };
}

/** Hands in other details of a live merchant; those that hold are not touched. */
export async function changeFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const { member, merchant, environment } = visit;
  if (environment.kind !== 'live')
    throw new GatewayError('state_conflict', { detail: 'The details of live are changed in live.' });
  const { version, details } = writingOf(visit, req);
  await inDashboard(context, visit, async (tx) => {
    const asked = { merchantId: merchant.id, memberId: member.id, version, details };
    const business = await submitChange(asLive(tx), asked);
    await audit(tx, visit, 'business_submitted', { objectId: business.id });
  });
  return { to, said: 'business_change_submitted' };
}

/** Leads the owner of an approved business to the invitation by which they become the first owner in live. */
export async function openLiveFromPage({ context, visit }: DashboardAction): Promise<Done> {
  requireSandbox(visit);
  const { member, address } = visit;
  const invited = await inDashboard(
    context,
    visit,
    async (tx) => {
      const applicant = { merchantId: visit.merchant.id, member };
      const { token } = await inviteFirstOwner(asLive(tx), { applicant, address });
      await audit(tx, visit, 'live_opened');
      return token;
    },
    'read',
  ).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'state_conflict') return undefined;
    throw error;
  });
  return invited === undefined ? { to, said: 'live_there' } : { to: invitationPath(invited) };
}

/** The details that a form has written. */
export function detailsIn(req: Request): BusinessDetails {
  return tidyDetails((name) => field(req, name));
}

function writingOf({ member, merchant }: DashboardVisit, req: Request) {
  return {
    applicant: { environmentId: member.environmentId, merchantId: merchant.id, memberId: member.id },
    version: wholeNumberIn(field(req, 'version')) ?? 0,
    details: detailsIn(req),
  };
}

/** In live there is nothing left to ask for. */
function requireSandbox({ environment }: DashboardVisit): void {
  if (environment.kind === 'live')
    throw new GatewayError('state_conflict', { detail: 'This merchant is live already.' });
}
