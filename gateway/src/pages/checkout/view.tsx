import type { ComponentChildren, VNode } from 'preact';
import { formToken } from '../forms.ts';
import type { PagesContext } from '../context.ts';
import { Notice } from '../parts/form.tsx';
import { Progress } from '../parts/progress.tsx';
import { Purchase } from '../parts/purchase.tsx';
import { WayBack } from '../parts/way-back.tsx';
import { textsOf, type Texts } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import type { SignInWays } from '../sign-in-ways.ts';
import type { PasskeyOffer } from './passkey-offer.ts';
import type { Step } from './step.ts';
import type { Visit } from './visit.ts';

/** What every view of a checkout is made from. */
export type ViewInput = {
  visit: Visit;
  step: Step;
  t: Texts;
  /** The token of this page's forms. */
  token: string;
  notice: NoticeText | undefined;
  /** The ways in besides a code, where the step is to sign in. */
  ways?: SignInWays | undefined;
  /** What the browser is asked to make a passkey by, where its shopper is offered one. */
  passkeyOffer?: PasskeyOffer | undefined;
};

export function viewInputOf(context: PagesContext, visit: Visit, step: Step): ViewInput {
  const t = textsOf[visit.locale];
  const { notice } = visit.memory;
  return {
    visit,
    step,
    t,
    token: formToken(context.vault, { browser: visit.browser, placeId: visit.place.id }),
    notice: notice && t.notices[notice.code](notice.values),
  };
}

/** A step with the purchase beside it, on a phone above it, and the way back below. */
export function StepFrame(props: {
  input: ViewInput;
  title: string;
  intro?: string;
  children?: ComponentChildren;
}): VNode {
  const { input, title, intro, children } = props;
  const { visit, token } = input;
  // Who did not sign in sees the purchase only while it is nobody's.
  const mayRead = visit.session.shopperId === null || visit.visitor === 'owner';
  return (
    <div class="columns">
      {mayRead && <Purchase visit={visit} />}
      <div class="step">
        <Progress step={input.step} locale={visit.locale} />
        <h1>{title}</h1>
        <Notice notice={input.notice} />
        {intro !== undefined && <p class="intro">{intro}</p>}
        {children}
        <WayBack visit={visit} token={token} />
      </div>
    </div>
  );
}
