import type { Locale } from '../../shoppers/profile.ts';
import type { Page } from '../send-page.tsx';
import { textsOf } from '../texts/language.ts';

/** `back` is where the shopper came from, `self` this page. */
type View = { locale: Locale; back: string; self: string };

/** Before the provider has what it needs: what will happen there, the way there, and the way back. */
export function checkOpenView({ locale, back }: View, url: string): Page {
  const t = textsOf[locale].hostedIdentity;
  return {
    title: t.title,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <p class="intro">{t.intro}</p>
        <section class="card">
          <ul>
            {t.needed.map((text) => (
              <li>{text}</li>
            ))}
          </ul>
          <p>
            <a class="button" href={url}>
              {t.go}
            </a>
          </p>
          <p class="hint">{t.goHint}</p>
        </section>
        <p class="asides">
          <a href={back}>{t.back}</a>
        </p>
      </div>
    ),
  };
}

/** While the provider looks at what was handed in; the page looks again by itself. */
export function checkProcessingView({ locale, back, self }: View): Page {
  const t = textsOf[locale].hostedIdentity;
  return waitingPage({ title: t.waitingTitle, text: t.waiting, again: t.again, leave: t.back, back, self });
}

/** The provider does not answer us. */
export function checkAwayView({ locale, back, self }: View): Page {
  const t = textsOf[locale].hostedIdentity;
  const page = { title: t.awayTitle, text: t.away, again: t.again, leave: t.back, back, self };
  return { ...waitingPage(page), status: 503, hasProblem: true };
}

function waitingPage(props: {
  title: string;
  text: string;
  again: string;
  leave: string;
  back: string;
  self: string;
}): Page {
  const { title, text, again, leave, back, self } = props;
  return {
    title,
    refreshSeconds: 10,
    body: (
      <div class="step">
        <h1>{title}</h1>
        <section class="card">
          <p>{text}</p>
          <p>
            <a class="button" href={self}>
              {again}
            </a>
          </p>
        </section>
        <p class="asides">
          <a href={back}>{leave}</a>
        </p>
      </div>
    ),
  };
}
