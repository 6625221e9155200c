import type { ComponentChildren, VNode } from 'preact';
import { type Locale, locales } from '../../shoppers/profile.ts';
import { iconPath, integrityOf, stylesheetPath } from '../assets.ts';
import { textsOf } from '../texts/language.ts';
import { PasskeyScript } from './passkey-script.tsx';
import { CounterScript } from './counter-script.tsx';
import { type Popup, PopupScript } from './popup-script.tsx';

export type LayoutProps = {
  locale: Locale;
  title: string;
  /** The address of this page, with its query, that the links to the other languages lead to. */
  self: string;
  sandbox: boolean;
  /** Says so in the title, which a screen reader reads first. */
  hasProblem?: boolean;
  wide?: boolean;
  /** A checkout's page in a window that the shop opened tells the shop's page how it ended. */
  popup?: Popup | undefined;
  /** A page of the operators' console, with the nonce of its script where it has one. */
  staff?: { nonce?: string | undefined } | undefined;
  /** A shopper's page that asks for a passkey, with the nonce of its script. */
  passkeyNonce?: string | undefined;
  /** A page of the counter, with the nonce of its script. */
  counterNonce?: string | undefined;
  /** How often a browser without script loads the page again. */
  refreshSeconds?: number | undefined;
  children?: ComponentChildren;
};

/** The frame of every page. */
export function Layout(props: LayoutProps): VNode {
  const { locale, title, self, sandbox, hasProblem, wide, popup, staff, passkeyNonce, children } = props;
  const { counterNonce, refreshSeconds } = props;
  const t = textsOf[locale].layout;
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${hasProblem ? t.errorTitle(title) : title} · Morrow`}</title>
        <link rel="icon" href={iconPath} type="image/svg+xml" />
        <link rel="stylesheet" href={stylesheetPath} integrity={integrityOf(stylesheetPath)} />
        {popup && <PopupScript {...popup} />}
        {staff?.nonce !== undefined && <PasskeyScript nonce={staff.nonce} />}
        {passkeyNonce !== undefined && <PasskeyScript nonce={passkeyNonce} />}
        {counterNonce !== undefined && <CounterScript nonce={counterNonce} />}
        {refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          {t.skip}
        </a>
        <header>
          {sandbox && <p class="sandbox">{t.sandbox}</p>}
          <div class="top">
            <p class="brand">
              <img src={iconPath} alt="" width="28" height="28" />
              Morrow
            </p>
            <nav class="languages" aria-label={t.languages}>
              {locales.map((other) => (
                <LanguageLink locale={other} isCurrent={other === locale} self={self} />
              ))}
            </nav>
          </div>
        </header>
        <main id="main" class={wide ? 'wide' : undefined} tabindex={-1}>
          {children}
        </main>
        {!staff && (
          <footer class="foot">
            <p>{t.promise}</p>
          </footer>
        )}
      </body>
    </html>
  );
}

function LanguageLink({
  locale,
  isCurrent,
  self,
}: {
  locale: Locale;
  isCurrent: boolean;
  self: string;
}): VNode {
  const name = textsOf[locale].layout.languageName;
  if (isCurrent) {
    return (
      <span lang={locale} aria-current="true">
        {name}
      </span>
    );
  }
  return (
    <a href={`${self}${self.includes('?') ? '&' : '?'}lang=${locale}`} lang={locale} hreflang={locale}>
      {name}
    </a>
  );
}
