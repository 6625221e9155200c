import { accountPath } from '../../account/paths.ts';
import type { Page } from '../../send-page.tsx';
import { PermissionFrame, type PermissionView } from '../view.tsx';

/** Agreed, or suspended since: the way back to the shop, and where to end it. */
export function doneView(view: PermissionView): Page {
  const { visit, t } = view;
  const isSuspended = visit.agreement.status === 'suspended';
  const title = isSuspended ? t.suspendedTitle : t.doneTitle;
  return {
    title,
    body: (
      <PermissionFrame
        view={view}
        title={title}
        intro={isSuspended ? t.suspendedIntro : t.doneIntro(visit.merchant.name)}
      >
        <p class="centered">
          <a href={`${accountPath(visit.environment)}/agreements`}>{t.account}</a>
        </p>
      </PermissionFrame>
    ),
  };
}

/** Ended by either side, or not agreed to in time. */
export function endedView(view: PermissionView): Page {
  const { visit, t } = view;
  const wasAgreed = visit.agreement.agreedAt !== null;
  return {
    title: t.endedTitle,
    status: 410,
    body: (
      <PermissionFrame view={view} title={t.endedTitle}>
        <section class="card">
          <p>{wasAgreed || !visit.isTooLate ? t.ended(visit.merchant.name) : t.expired}</p>
        </section>
      </PermissionFrame>
    ),
  };
}

/** Nobody could carry an order of the ceiling at this moment. */
export function noFunderView(view: PermissionView): Page {
  const { t } = view;
  return {
    title: t.termsTitle,
    status: 503,
    hasProblem: true,
    body: (
      <PermissionFrame view={view} title={t.termsTitle}>
        <p class="notice">{t.noFunder}</p>
      </PermissionFrame>
    ),
  };
}
